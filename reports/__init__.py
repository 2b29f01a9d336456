"""`Report` and how it is shown: terminal, CSV, JSON, Excel, HTML, Markdown, in English and French."""
