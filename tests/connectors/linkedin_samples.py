"""A member's data archive as LinkedIn gives it, of people who are made up."""

from __future__ import annotations

import zipfile
from pathlib import Path

CONNECTIONS = """\
Notes:
"When exporting your connection data, you may notice that some of the email addresses are missing. You will only see email \
addresses for connections who have allowed it."

First Name,Last Name,URL,Email Address,Company,Position,Connected On
Anna,Almond,https://www.linkedin.com/in/anna-almond,anna@private.example,ACME S.A.S.,Directrice financière,05 Sep 2026
Bea,Birch,https://fr.linkedin.com/in/b%C3%A9a/?trk=x,,Plan B,CEO,7-Feb-22
Bea,Birch,https://www.linkedin.com/in/béa,,Plan B,CEO,7-Feb-22
"Carl, Jr.",Cedar,https://www.linkedin.com/in/carl,,"Globex Corp.","Assistant to the CEO, Globex",1 Jan 2020
,,,,,,03 Mar 2021
Dan,Dogwood,,,Acme Labs,VP Sales,04 Mar 2021
Eve,Elm,eve@private.example,,Acme,CEO,04 Mar 2021
Finn,Fir,https://www.linkedin.com/in/finn,,Acme,CEO,Chief,04 Mar 2021
,,,,,,
"""
OLD_CONNECTIONS = """\
First Name,Last Name,Email Address,Company,Position,Connected On
Anna,Almond,anna@private.example,Acme,CEO,"05 Sep 2026"
Bea,Birch,,Plan B,CEO,05 Sep 2026
"""
SHARE, ACTIVITY, COMMENT = "7123456789012345678", "7200000000000000001", "7200000000099999999"
SHARES = f'''\
Date,ShareLink,ShareCommentary,SharedUrl,MediaUrl,Visibility
2026-09-05 08:12:14,https://www.linkedin.com/feed/update/urn%3Ali%3Ashare%3A{SHARE},"New paper.""
""
""It says ""yes"", see https://example.com/paper?utm_source=linkedin&utm_medium=employee-advocacy&utm_content=a7.",,,MEMBER_NETWORK
2026-09-04 08:00:00,https://www.linkedin.com/feed/update/urn%3Ali%3AugcPost%3A7123456789012345000,"First line"
"Second, line"
"Third ""line""",https://elsewhere.example/,,PUBLIC
2026-09-03 08:00:00,https://www.linkedin.com/feed/update/urn%3Ali%3Ashare%3A7123456789012344000,\
Worth reading,https://www.linkedin.com/posts/carl-cedar_crm-activity-7123456789012340000-aB1c,,PUBLIC
31/02/2026,https://www.linkedin.com/feed/update/urn%3Ali%3Ashare%3A7123456789012343000,Secret words,,,PUBLIC
'''
REPOSTS = f"Date,Link\n2026-09-02 10:00:00,https://www.linkedin.com/feed/update/urn%3Ali%3Aactivity%3A{ACTIVITY}\n"
COMMENTS = f'''\
Date,Link,Message
2026-09-01 10:00:00,https://www.linkedin.com/feed/update/urn:li:activity:{ACTIVITY}?commentUrn=urn%3Ali%3Acomment%3A%28activity%3A\
{ACTIVITY}%2C{COMMENT}%29,"Dear Carl"
"call me, on 0612345678"
2026-09-01 11:00:00,https://www.linkedin.com/feed/update/urn%3Ali%3Aactivity%3A{ACTIVITY},"Thank you ""Carl"""
'''
REACTIONS = f"""\
Date,Type,Link
2026-08-31 10:00:00,INTEREST,https://www.linkedin.com/feed/update/urn%3Ali%3Aactivity%3A{ACTIVITY}
"""
FILES = {
    "Connections.csv": CONNECTIONS,
    "Shares.csv": SHARES,
    "InstantReposts_123.csv": REPOSTS,
    "Comments_123.csv": COMMENTS,
    "Reactions_123.csv": REACTIONS,
    "messages.csv": "FROM,TO,CONTENT\nCarl Cedar,Lea,The code is 1234\n",
    "guide_messages.csv": "FROM,TO,CONTENT\n",
    "Profile.csv": "First Name,Address\nLea,1 Rue Secrete\n",
    "Learning Comments.csv": "Date,Link,Message\n2026-09-01 11:00:00,https://www.linkedin.com/learning,Private\n",
}
PRIVATE = (
    "Anna", "Almond", "Birch", "Cedar", "Dogwood", "Finn", "private.example", "anna-almond", "béa", "carl", "Dear", "0612345678",
    "Thank you", "The code is", "Secrete", "Secret words", "Plan B", "Chief,",
)  # fmt: skip
"""What must nowhere be found after an import."""


def archive(folder: Path, name: str = "Basic_LinkedInDataExport_09-06-2026.zip", files: dict[str, str] | None = None) -> Path:
    path = folder / name
    with zipfile.ZipFile(path, "w") as packed:
        for file, content in (FILES if files is None else files).items():
            packed.writestr(file, content)
    return path
