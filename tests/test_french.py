"""French as its reader sees it: every help, the main reports, what an import says and what a mistake brings hold no English."""

import functools
import re
import string

import click
import pytest
from babel.messages.pofile import read_po
from click.testing import CliRunner

from cli import COMMANDS, main
from reports.catalogue import PO
from reports.command_line import Invocation
from reports.language import language
from reports.words import paragraphs

FRENCH = language("fr")
TOUCHES = """email,timestamp,utm_source,utm_medium,url,note
anna@example.com,2026-01-05 09:00,google,sea,,a
anna@example.com,2026-01-20 10:00,linkedin,social,,b
anna@example.com,2026-02-01 08:00,,,https://www.example.org/?utm_source=brevo&utm_medium=newsletter,c
bob@example.com,2026-01-07 12:00,,,,d
carla@example.com,2026-01-09 12:00,google,organic,,e
dora@example.com,nie,google,organic,,f
,2026-01-09 12:00,google,organic,,g
"""
CONVERSIONS = """person,at,goal,value,currency,id
anna@example.com,2026-02-01 09:00,won,1200,EUR,D1
dora@example.com,2026-02-03 09:00,won,800,EUR,D2
bob@example.com,2026-01-08 09:00,lead,,,D3
emil@example.com,2026-01-08 09:00,lead,viel,,D4
"""
BROWSER = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
LOG = f"""203.0.113.7 - - [01/Mar/2026:10:00:00 +0000] "GET / HTTP/1.1" 200 10 "https://www.google.com/" "{BROWSER}"
203.0.113.7 - - [01/Mar/2026:10:01:00 +0000] "GET /a.css HTTP/1.1" 200 10 "-" "{BROWSER}"
203.0.113.8 - - [01/Mar/2026:10:02:00 +0000] "GET /gone HTTP/1.1" 404 10 "-" "{BROWSER}"
203.0.113.9 - - [01/Mar/2026:10:03:00 +0000] "GET / HTTP/1.1" 200 10 "-" "Googlebot/2.1 (+http://www.google.com/bot.html)"
xyz
"""


@functools.cache
def catalogue():
    """Give the French of every English text; plurals are click's alone."""
    with PO.open("rb") as file:
        said = {message.id: message.string for message in read_po(file, locale="fr") if message.id and isinstance(message.id, str)}
    return {of_several(message): of_several(french) for message, french in said.items()}


def of_several(template):
    """Write words that depend on a number as for several."""
    return re.sub(r"\{\w+:[^{}|]*\|([^{}]*)\}", r"\1", template)


@functools.cache
def english():
    """Give a pattern for each English text, what fills its placeholders being anything; not for words that French uses too."""
    french, patterns = "\n".join(catalogue().values()), {}
    for message in catalogue():
        try:
            parts = [literal for literal, *_ in string.Formatter().parse(message)]
        except ValueError:
            parts = [message]
        pattern = re.compile(rf"(?<![\w.-]){'.{1,80}?'.join(re.escape(part) for part in parts)}(?![\w-])")
        if max(len(part.strip()) for part in parts) > 2 and not pattern.search(french):
            patterns[message] = pattern
    return patterns


def left_in_english(text):
    return [message for message, pattern in english().items() if pattern.search(text)]


def typed(*words, code=0):
    done = CliRunner().invoke(main, ["--lang", "fr", *words], terminal_width=5000)
    if done.exception is not None and not isinstance(done.exception, SystemExit):
        raise done.exception
    assert done.exit_code == code, done.output
    return done.output


def every_command():
    """Yield the words that name a command, and the command."""

    def below(words, command, ctx):
        yield words, command
        if isinstance(command, click.Group):
            for name in command.list_commands(ctx):
                child = command.get_command(ctx, name)
                yield from below((*words, name), child, click.Context(child, info_name=name, parent=ctx))

    root = click.Context(main, info_name="smarketing", obj=Invocation(PO, language("en")))
    yield (), main
    for name, *_ in COMMANDS:
        yield from below((name,), main.get_command(root, name), root)


EVERY = list(every_command())


@pytest.mark.parametrize(("words", "command"), EVERY, ids=[" ".join(("smarketing", *words)) for words, _ in EVERY])
def test_help_is_french_to_the_last_paragraph(words, command):
    texts = [command.help, command.epilog, *(getattr(parameter, "help", None) for parameter in command.params)]
    said = [part for text in texts if text for part in paragraphs(text) if not part.startswith("\b")]
    assert [part for part in said if not catalogue().get(part)] == []
    help_text = re.sub(r"[ \n]+", " ", typed(*words, "--help"))
    assert [part for part in said if catalogue()[part] not in help_text] == []
    assert [part for part in said if part in help_text and catalogue()[part] != part] == []
    metavars = {getattr(parameter, "metavar", None) for parameter in command.params} - {None}
    assert [name for name in metavars if FRENCH.translate(name) not in help_text] == []
    assert re.findall(r"Usage:|Options:|Commands:|Examples:|\[required\]|\[default|INTEGER|FLOAT|TEXT\b|COMMAND\b", help_text) == []


@pytest.fixture(scope="module")
def told(tmp_path_factory):
    """Give what a new user's commands print in French, by what was typed."""
    folder = tmp_path_factory.mktemp("french")
    for name, content in (("visits.csv", TOUCHES), ("deals.csv", CONVERSIONS), ("access.log", LOG)):
        (folder / name).write_text(content, encoding="utf-8")
    workspace = ("--workspace", str(folder / "smarketing.db"))
    lines = (
        (0, "init"), (0, "init"), (0, "connectors"),
        (3, "import", "csv", str(folder / "visits.csv"), "--as", "touches"),
        (3, "import", "csv", str(folder / "deals.csv"), "--as", "conversions"),
        (3, "import", "weblog", str(folder / "access.log"), "--goal", "lead=/x"),
        (0, "sources"), (0, "rejects"), (0, "channels"), (0, "channels", "--by", "source", "--reclassify"),
        (0, "channels", "explain", "--source", "google", "--medium", "sea"),
        (0, "channels", "explain", "--referrer", "https://chatgpt.com/"),
        (0, "attribution"), (0, "attribution", "--goal", "lead", "--by", "family", "--model", "all"),
        (0, "attribution", "--intervals", "--ranks", "--against", "Recherche payante,E-mail"),
        (0, "paths"), (0, "paths", "--show", "lag"), (0, "paths", "--show", "length"),
        (0, "explain", "D1"), (0, "explain", "D2", "--model", "markov"),
        (0, "attribution", "--format", "md", "--weights", "50,20,30"),
        (0, "attribution", "-o", str(folder / "report.html")),
    )  # fmt: skip
    return [(" ".join(words), typed(*workspace, *words, code=code)) for code, *words in lines]


def test_no_report_and_no_message_holds_english_of_the_catalogue(told):
    assert [(line, found) for line, text in told if (found := left_in_english(text))] == []


def test_what_is_looked_for_would_be_found():
    shown = "Premier contact\nThe goal is 'won'; the data holds these too: lead (choose with --goal).\n• First touch · x"
    goals = "The goal is '{goal}'; the data holds these too: {others} (choose with --goal)."
    assert sorted(left_in_english(shown)) == sorted([goals, "First touch"])


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("attribution", "--modell", "x"), 2, "Erreur\xa0: L'option '--modell' n'existe pas."),
        (("atribution",), 2, "Erreur\xa0: La commande «\xa0atribution\xa0» n'existe pas\xa0; vouliez-vous dire «\xa0attribution\xa0»\xa0?"),
        (("sources",), 1, "il n'y a pas d'espace de travail ici\xa0; créez-en un avec «\xa0smarketing init\xa0»"),
        (("attribution", "--since", "2026-13-01"), 2, "2026-13-01\xa0: ce n'est pas une date\xa0; écrivez-la sous la forme 2026-03-31"),
        (("paths", "--most", "0"), 2, "Valeur incorrecte pour '--most'\xa0: '0' ne convient pas\xa0; donnez un entier, au moins 1"),
        (("attribution", "--paths", "no.csv"), 1, "no.csv\xa0: ce fichier n'existe pas\xa0; vérifiez l'orthographe et le dossier"),
        (("attribution", "--weights", "1,2"), 2, "--weights 1,2\xa0: donnez trois nombres, par exemple 50,20,30"),
        (("explain",), 2, "Erreur\xa0: Il manque l'argument 'ID'."),
    ],
)  # fmt: skip
def test_a_mistake_is_answered_in_french(tmp_path, words, code, said):
    text = typed("--workspace", str(tmp_path / "none.db"), *words, code=code)
    assert said in text
    assert left_in_english(text) == []


def test_signs_stand_as_french_sets_them():
    """A no-break space before : ; ? ! % and inside « », so that no line ends before its sign."""
    loose = re.compile(r" [:;?!%»](?!\()|« |[^\s\xa0«]»|«[^\s\xa0]")
    assert [said for said in catalogue().values() if loose.search(said)] == []


def test_what_a_user_types_stays_as_it_is():
    """Options, settings and files keep their names; so do the brackets and quotes around values to be copied."""
    typed_words = re.compile(r"--[a-z][a-z-]+|smarketing\.toml|own_domains|TMPDIR|UTF-8|GA4|\[rates\]")
    assert {
        message: said for message, said in catalogue().items() if set(typed_words.findall(message)) - set(typed_words.findall(said))
    } == {}


def test_a_touch_has_one_name():
    """A contact is a person in a CRM; a touch is a point of contact, always."""
    touch, point = re.compile(r"(?<!--as )(?<!--date )(?<!--)\b[Tt]ouch(es)?\b(?!\.\w)"), re.compile(r"[Pp]oints? de contact")
    assert [
        said for said in catalogue().values() if re.search(r"(?<!oint de )(?<!oints de )\b[Cc]ontacts?\b(?![/ ]?thanks|/merci)", said)
    ] == []
    unnamed = [message for message, said in catalogue().items() if touch.search(message) and not point.search(said)]
    assert unnamed == []
