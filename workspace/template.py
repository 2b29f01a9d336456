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

# Sites that link to you ('smarketing import referrals') and whose they are: a host, or an address below which their pages lie.
# [referrals]
# partners = ["partner.example"]
# employee_sites = ["medium.com/@lea"]

# Employee advocacy ('smarketing social'). How many days after a click, an engagement, a post seen a lead may still come of it; what part of
# the credit of a repost is its author's, where that is a colleague; figures of fewer advocates than smallest_group are withheld; nobody is
# asked more often than asks_per_quarter.
# Where individual_reporting is false, no report says what single employees brought about. Let it be so until the staff has been told and,
# where there is one, the works council consulted.
[social]
individual_reporting = true
# click_days = 30
# lead_days = 90
# exposure_days = 7
# author_share = 0.3
# smallest_group = 5
# asks_per_quarter = 3
# leaderboard = false
# own_page = { linkedin = "example" }
# company_texts = ["Our white paper is out: …"]
# view_probability = { linkedin = 0.06 }
# role_weight = { economic_buyer = 3.0, technical = 2.0, procurement_legal = 1.0, champion = 2.0, user = 1.0 }
# tier_weight = { A = 3.0, B = 2.0, C = 1.0 }
# What a team may post where: "allow", "approve" (held back until approved) or "forbid"; and the words each post has to carry.
# [[social.policy]]
# rule = "approve"
# team = "Finance"
# network = "linkedin"
# disclosure = "#teamexample"
# What advertising costs, for earned media value; your own imported prices by default.
# [[social.rate]]
# network = "linkedin"
# since = 2026-01-01
# cpm = 32.0
# cpc = 5.5
# What actions earn on the leaderboard from a day on.
# [[social.points]]
# since = 2026-01-01
# original = 10
# repost = 3
# click = 1

# What the streams of a Singer tap are ('smarketing import singer'): the kind of record, and which property holds which field.
# [singer.deals]
# kind = "conversions"
# fields = { person = "contact.email", at = "won_time", value = "value", currency = "currency" }
# values = { goal = "won" }

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

IN_FRENCH = """\
# Les réglages de cet espace de travail. Une ligne qui commence par # est un commentaire : ôtez le # pour l'activer.

# company = "Example SAS"

# Vos propres sites : une visite qui vient de l'un d'eux n'amène personne de nouveau.
# own_domains = ["example.com", "example.fr"]

# La devise (ISO 4217) des montants qui n'en portent pas, et le fuseau des heures qui n'en portent pas, par exemple "Europe/Paris".
currency = "EUR"
time_zone = "UTC"

# La langue des rapports : "en" ou "fr".
# language = "fr"

# Ce que vaut une unité d'une autre devise dans la vôtre ; sans cela, des montants en deux devises ne sont jamais additionnés.
# [rates]
# USD = 0.92

[attribution]
# Combien de jours avant une conversion un point de contact compte encore.
lookback_days = 90
# L'objectif crédité quand la commande n'en nomme aucun ; à défaut, la dernière des étapes présentes dans les données.
# goal = "won"
stages = ["lead", "mql", "sql", "opportunity", "won"]
# Lesquelles sont les jalons des modèles w_shaped et full_path : la création du lead et celle de l'opportunité.
lead_goal = "lead"
opportunity_goal = "opportunity"

[pipeline]
# Ce qui est le travail des ventes et non du marketing : types de contact, et mots dans la source du lead selon le CRM.
sales_kinds = ["call", "meeting"]
sales_sources = ["sales", "outbound", "cold call", "prospecting", "sdr", "bdr", "prospection", "appel sortant"]

[identity]
# Des identifiants liés entre eux sont une seule personne, sauf si elle avait alors plus d'adresses e-mail que cela : un ordinateur partagé.
most_emails = 3

# Les balises que 'smarketing links' peut employer, pour que chacune ne s'écrive que d'une façon ; sans liste, toutes sont permises.
# [links]
# sources = ["linkedin", "google", "newsletter"]
# mediums = ["social", "paid-social", "cpc", "email"]
# campaigns = ["2026q1-white-paper"]

# Les API que lit 'smarketing sync', chacune avec les options de son connecteur. Les secrets n'ont pas leur place ici : ils viennent de
# l'environnement ou du trousseau ('smarketing import mastodon --help' dit sous quel nom).
# [sync.mastodon]
# page = ["example@mastodon.social"]

# Les sites qui ont un lien vers le vôtre ('smarketing import referrals') et à qui ils sont : un hôte, ou une adresse qui les contient.
# [referrals]
# partners = ["partner.example"]
# employee_sites = ["medium.com/@lea"]

# Les salariés ambassadeurs ('smarketing social'). Combien de jours après un clic, une interaction, un post vu un lead peut encore en
# venir ; quelle part du crédit d'une republication va à l'auteur du post, s'il est un collègue ; les chiffres de moins d'ambassadeurs que
# smallest_group sont tus ; nul n'est sollicité plus que asks_per_quarter.
# Si individual_reporting est false, aucun rapport ne dit ce qu'a apporté tel salarié. N'écrivez true qu'une fois les salariés informés
# (Code du travail, L. 1222-4) et le comité social et économique consulté (L. 2312-38).
[social]
individual_reporting = false
# click_days = 30
# lead_days = 90
# exposure_days = 7
# author_share = 0.3
# smallest_group = 5
# asks_per_quarter = 3
# leaderboard = false
# own_page = { linkedin = "example" }
# company_texts = ["Our white paper is out: …"]
# view_probability = { linkedin = 0.06 }
# role_weight = { economic_buyer = 3.0, technical = 2.0, procurement_legal = 1.0, champion = 2.0, user = 1.0 }
# tier_weight = { A = 3.0, B = 2.0, C = 1.0 }
# Ce qu'une équipe peut publier et où : "allow" (libre), "approve" (retenu jusqu'à validation) ou "forbid" ; la mention exigée.
# [[social.policy]]
# rule = "approve"
# team = "Finance"
# network = "linkedin"
# disclosure = "#teamexample"
# Ce que coûte la publicité, pour la valeur média gagnée ; par défaut vos propres prix importés.
# [[social.rate]]
# network = "linkedin"
# since = 2026-01-01
# cpm = 32.0
# cpc = 5.5
# Ce que rapportent les actions au classement à partir d'un jour.
# [[social.points]]
# since = 2026-01-01
# original = 10
# repost = 3
# click = 1

# Ce que sont les flux d'un tap Singer ('smarketing import singer') : le type d'enregistrement, et la propriété qui contient chaque champ.
# [singer.deals]
# kind = "conversions"
# fields = { person = "contact.email", at = "won_time", value = "value", currency = "currency" }
# values = { goal = "won" }

[channels]
# "smarketing" (par défaut) ou "ga4" (les règles de Google Analytics, à la lettre).
rules = "smarketing"
# Hôtes qui n'amènent personne de nouveau, comme une page de paiement ou d'authentification ; ils s'ajoutent à la liste intégrée.
# ignored_referrers = ["pay.example.net"]

# Graphies d'une source qui en désignent une autre.
# [channels.aliases]
# "li" = "linkedin"

# Vos propres règles passent avant toutes les autres. Un motif est cherché dans la valeur ; tous les motifs donnés doivent convenir.
# [[channels.rule]]
# name = "partners"
# channel = "Partners"
# family = "referral"        # organic, referral, ads, social, direct, email, offline ou other
# source = "partner|reseller"
"""

TEMPLATES = {"en": TEMPLATE, "fr": IN_FRENCH}
"""By the language of whoever makes the workspace; they differ in their comments; reports on single employees are off in the French one."""
