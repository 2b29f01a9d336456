"""The settings file of a new workspace: every setting with what it is for; those that stand in no comment are the defaults."""

TEMPLATE = """\
# The settings of this workspace. A line that starts with # is a comment: take the # away to use it.

# company = "Example SAS"

# Your own sites: a visit that comes from one of them brings nobody new.
# own_domains = ["example.com", "example.fr"]

# The currency (ISO 4217) of amounts that carry none, and the time zone of times that carry none, such as "Europe/Paris".
currency = "EUR"
time_zone = "UTC"

# The language of reports: "en" or "fr".
# language = "fr"

# What one unit of another currency is worth in yours; without it, amounts in two currencies are never added.
# [rates]
# USD = 0.92

[attribution]
# How many days before a conversion a touch still counts.
lookback_days = 90
# The goal that is credited where the command names none; otherwise the last of the stages that the data holds.
# goal = "won"
stages = ["lead", "mql", "sql", "opportunity", "won"]
# Which of them are the milestones of the models w_shaped and full_path: the lead's creation and the opportunity's.
lead_goal = "lead"
opportunity_goal = "opportunity"

[pipeline]
# What is the work of sales and not of marketing: kinds of touch, and words in the lead source that the CRM has.
sales_kinds = ["call", "meeting"]
sales_sources = ["sales", "outbound", "cold call", "prospecting", "sdr", "bdr", "prospection", "appel sortant"]

[identity]
# Identifiers that are tied together are one person, unless that person would have more e-mail addresses than this: a shared computer.
most_emails = 3

# The tags that 'smarketing links' may use, so that each is spelled one way; without a list, every tag may be used.
# [links]
# sources = ["linkedin", "google", "newsletter"]
# mediums = ["social", "paid-social", "cpc", "email"]
# campaigns = ["2026q1-white-paper"]

# APIs that 'smarketing sync' reads, each with its connector's options. Secrets have no place here: they come from the environment or the
# keyring ('smarketing import mastodon --help' says under which name).
# [sync.mastodon]
# page = ["example@mastodon.social"]

[channels]
# "smarketing" (the default) or "ga4" (Google Analytics' own rules, to the letter).
rules = "smarketing"
# Hosts that bring nobody new, such as a payment page or a single sign-on; these add to the built-in list.
# ignored_referrers = ["pay.example.net"]

# Spellings of a source that mean another.
# [channels.aliases]
# "li" = "linkedin"

# Rules of your own come before all others. A pattern is searched in the value; all patterns given have to match.
# [[channels.rule]]
# name = "partners"
# channel = "Partners"
# family = "referral"        # organic, referral, ads, social, direct, email, offline or other
# source = "partner|reseller"
"""
