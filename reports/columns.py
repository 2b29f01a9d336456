"""The catalogue of columns and parameters: the label, the unit, and the words of every name a report may use."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any

from reports.report import N_

UNITS = ("text", "identifier", "count", "number", "money", "percent", "days", "hours", "date", "month", "datetime", "score", "figure")

UNITS_OF_FIGURES = {"duplication_factor": "number", "impressions_per_post": "number", "page_impressions_per_post": "number"}
"""The unit of each `figure` of a table that has one figure a row and is no count."""


@dataclasses.dataclass(frozen=True, slots=True)
class Column:
    """What a column holds and how it is shown.

    Parameters
    ----------
    name : str
        As rooms and machines write it.
    label : str
        English, the key of its translation.
    unit : str
        One of `UNITS`. "percent" is a fraction of 1; "identifier" is never grouped by thousands; "figure" is as the
        row's column `figure` says (`UNITS_OF_FIGURES`).
    translate_values : bool
        The values are stable English identifiers that readers see in their language (channels, families, models).
    goal : str
        What `{goal}` in the label stands for: a goal of the user's own, in the user's words.
    """

    name: str
    label: str
    unit: str = "text"
    translate_values: bool = False
    goal: str = dataclasses.field(default="", repr=False)


_COLUMNS = (
    # Where it came from
    Column("channel", "Channel", translate_values=True),
    Column("family", "Family", translate_values=True),
    Column("sub_family", "Sub-family", translate_values=True),
    Column("source", "Source"),
    Column("medium", "Medium"),
    Column("campaign", "Campaign"),
    Column("content", "Content"),
    Column("term", "Term"),
    Column("referrer", "Referrer"),
    Column("url", "Address"),
    Column("click_id_kind", "Click id"),
    Column("rule", "Rule"),
    Column("rule_set", "Rule set"),
    Column("rule_version", "Version of the rules"),
    Column("reason", "Reason"),
    Column("channel_by_other_rules", "By the other rules", translate_values=True),
    Column("path", "Path", translate_values=True),
    # Who and when
    Column("person", "Person"),
    Column("account", "Account"),
    Column("opportunity", "Opportunity"),
    Column("segment", "Segment"),
    Column("lead_source", "Lead source"),
    Column("title", "Title"),
    Column("role", "Role"),
    Column("conversion", "Conversion"),
    Column("touch", "Touch", "identifier"),
    Column("at", "Date and time", "datetime"),
    Column("day", "Day", "date"),
    Column("week", "Week of", "date"),
    Column("month", "Month", "month"),
    Column("first_seen", "First seen", "date"),
    Column("last_seen", "Last seen", "date"),
    Column("age_days", "Days before", "days"),
    Column("goal", "Goal"),
    Column("currency", "Currency"),
    # How many
    Column("touches", "Touches", "count"),
    Column("people", "People", "count"),
    Column("accounts", "Accounts", "count"),
    Column("journeys", "Journeys", "count"),
    Column("origins", "Origins", "count"),
    Column("nulls", "Without conversion", "count"),
    Column("length", "Touches on the path", "count"),
    Column("mean_touches", "Mean touches", "number"),
    Column("days_to_convert", "Days to convert", "days"),
    Column("median_days_to_convert", "Median days to convert", "days"),
    Column("mean_days_to_convert", "Mean days to convert", "days"),
    Column("share_of_touches", "Share of touches", "percent"),
    Column("share_of_people", "Share of people", "percent"),
    Column("share_of_journeys", "Share of journeys", "percent"),
    Column("conversion_rate", "Conversion rate", "percent"),
    # Credit
    Column("model", "Model", translate_values=True),
    Column("conversions", "Conversions", "number"),
    Column("value", "Value", "money"),
    Column("value_low", "Value, from", "money"),
    Column("value_high", "Value, to", "money"),
    Column("mean_value", "Mean value", "money"),
    Column("share_of_conversions", "Share of conversions", "percent"),
    Column("share_of_value", "Share of value", "percent"),
    Column("removal_effect_value", "Removal effect on value", "percent"),
    Column("cumulative_share", "Running share", "percent"),
    Column("removal_effect", "Removal effect", "percent"),
    Column("weight", "Weight", "percent"),
    Column("lowest_share", "Lowest share", "percent"),
    Column("lowest_by", "By", translate_values=True),
    Column("highest_share", "Highest share", "percent"),
    Column("highest_by", "By", translate_values=True),
    Column("best_rank", "Best rank", "count"),
    Column("worst_rank", "Worst rank", "count"),
    Column("depends_on_model", "Depends on the model"),
    Column("kendall_tau", "Kendall's tau", "number"),
    Column("spearman_rho", "Spearman's rho", "number"),
    Column("ahead_by", "Ahead by", translate_values=True),
    Column("ahead_most", "Lead at most", "percent"),
    Column("behind_by", "Behind by", translate_values=True),
    Column("behind_most", "Behind at most", "percent"),
    Column("share_alone", "Earned alone", "percent"),
    Column("share_opening", "Earned first", "percent"),
    Column("share_between", "Earned between", "percent"),
    Column("share_closing", "Earned last", "percent"),
    Column("credit_conversions", "Credited conversions", "number"),
    Column("credit_value", "Credited value", "money"),
    # Employee advocacy
    Column("advocate", "Advocate"),
    Column("team", "Team"),
    Column("network", "Network"),
    Column("post", "Post", "identifier"),
    Column("datum", "Agreed to", translate_values=True),
    Column("granted", "Agreed", translate_values=True),
    Column("agrees_own_posts", "Own posts", translate_values=True),
    Column("agrees_audience", "Hashed connections", translate_values=True),
    Column("agrees_company_and_title", "Company and title of connections", translate_values=True),
    Column("agrees_name", "Name on the leaderboard", translate_values=True),
    Column("agrees_introductions", "Being asked for introductions", translate_values=True),
    Column("note", "Note"),
    Column("policy_rule", "Rule", translate_values=True),
    Column("disclosure", "Disclosure"),
    Column("step", "Step", "identifier"),
    Column("gain", "Gain", "number"),
    Column("covered_weight", "Covered", "number"),
    Column("share_covered", "Share of what is within reach", "percent"),
    Column("people_covered", "People covered", "count"),
    Column("covered_by_largest_networks", "By the largest networks", "number"),
    Column("covered_by_most_targets", "By most target contacts", "number"),
    Column("tier", "Tier"),
    Column("people_known", "People known", "count"),
    Column("known_economic_buyer", "Economic buyers", "count"),
    Column("known_technical", "Technical", "count"),
    Column("known_procurement_legal", "Procurement, legal", "count"),
    Column("known_champion", "Champions", "count"),
    Column("known_user", "Users", "count"),
    Column("known_unknown", "Of unknown role", "count"),
    Column("advocates_knowing", "Advocates who know somebody", "count"),
    Column("advocates_willing", "Of these, who may be asked", "count"),
    Column("missing_roles", "Roles nobody is known of", translate_values=True),
    Column("thread", "Risk", translate_values=True),
    Column("as_of", "As of", "date"),
    Column("introducer", "Who", translate_values=True),
    Column("knows_role", "Knows a", translate_values=True),
    Column("knows_seniority", "Seniority", translate_values=True),
    Column("years_known", "Years known", "number"),
    Column("ask_state", "Asked", translate_values=True),
    Column("posts_valued", "Posts valued", "count"),
    Column("reactions", "Reactions", "count"),
    Column("comments", "Comments", "count"),
    Column("engaged", "Engagements", "count"),
    Column("rate_per_impression", "Engagement rate (impressions)", "percent"),
    Column("click_through_rate", "Click-through rate", "percent"),
    Column("rate_per_reach", "Engagement rate (members reached)", "percent"),
    Column("rate_per_audience", "Engagement rate (audience)", "percent"),
    Column("amplification_per_100_audience", "Reposts for each 100 of the audience", "number"),
    Column("applause_per_post", "Reactions for each post", "number"),
    Column("conversation_per_post", "Comments for each post", "number"),
    Column("amplification_per_post", "Reposts for each post", "number"),
    Column("value_of_impressions", "Value of impressions", "money"),
    Column("value_of_clicks", "Value of clicks alone", "money"),
    Column("earned_media_value", "Earned media value", "money"),
    Column("cpm", "Price of 1,000 impressions", "money"),
    Column("cpc", "Price of a click", "money"),
    Column("known_from", "Price from", translate_values=True),
    Column("points", "Points", "number"),
    Column("active_advocates", "Active advocates", "count"),
    Column("mean_points", "Mean points of the active", "number"),
    Column("advocates", "Advocates", "count"),
    Column("ssi", "SSI", "number"),
    Column("ssi_change", "Change", "number"),
    Column("ssi_since", "Since", "date"),
    Column("brand", "Professional brand", "number"),
    Column("find", "Right people", "number"),
    Column("insights", "Insights", "number"),
    Column("relationships", "Relationships", "number"),
    Column("activity_index", "Activity index", "number"),
    Column("parts_known", "Parts known, of 5", "count"),
    Column("posts_a_month", "Posts a month", "number"),
    Column("reposts_a_month", "Reposts a month", "number"),
    Column("comments_a_month", "Comments a month", "number"),
    Column("reactions_a_month", "Reactions a month", "number"),
    Column("new_at_targets_a_month", "New connections at key accounts a month", "number"),
    Column("share_senior", "Directors and above", "percent"),
    Column("programme", "Programme", translate_values=True),
    Column("eligible", "Eligible", "count"),
    Column("invited", "Invited", "count"),
    Column("enrolled", "Enrolled", "count"),
    Column("sharing", "Sharing", "count"),
    Column("adoption", "Adoption", "percent"),
    Column("activation", "Activation", "percent"),
    Column("stickiness", "Stickiness", "percent"),
    Column("originals", "Originals", "count"),
    Column("reposts", "Reposts", "count"),
    Column("near_copies", "Near-copies", "percent"),
    Column("figure", "Figure", translate_values=True),
    Column("value_of_figure", "Value", "figure"),
    Column("low", "Low end", "figure"),
    Column("high", "High end", "figure"),
    Column("figure_basis", "Basis", translate_values=True),
    Column("cohort", "Counted over", translate_values=True),
    Column("n", "n", "count"),
    Column("posts", "Posts", "count"),
    Column("posts_measured", "Posts with figures", "count"),
    Column("audience", "Audience", "count"),
    Column("incremental_audience", "Incremental audience", "count"),
    Column("unique_audience", "Unique audience", "count"),
    Column("expected_reach", "Expected reach (different people)", "count"),
    Column("expected_reach_low", "Expected reach, from", "count"),
    Column("expected_reach_high", "Expected reach, to", "count"),
    Column("shared_audience", "Shared audience", "count"),
    Column("target_people", "People at key accounts", "count"),
    Column("potential_impressions", "Potential impressions", "count"),
    Column("other_advocate", "Other advocate"),
    Column("people_shared", "People both know", "count"),
    Column("other_team", "Other team"),
    Column("share_of_own_audience", "Also known to", "percent"),
    Column("share_of_smaller", "Share of the smaller", "percent"),
    Column("share_of_both", "Share of both", "percent"),
    Column("ledger", "Ledger", translate_values=True),
    Column("evidence", "Evidence", translate_values=True),
    Column("leads", "Leads", "count"),
    Column("open_value", "Open opportunities, value", "money"),
    Column("median_days_from_post_to_lead", "Median days from post to lead", "days"),
    Column("reached_at", "Reached at", "datetime"),
    Column("evidence_at", "Evidence of", "datetime"),
    Column("posted_at", "Posted at", "datetime"),
    Column("left_out", "Left out", translate_values=True),
    # Links, and contents offered by turns
    Column("code", "Code", "identifier"),
    Column("made_on", "Created on", "date"),
    Column("retired_on", "Retired on", "date"),
    Column("contents", "Contents", "count"),
    Column("teams", "Teams", "count"),
    Column("offered", "Offered"),
    Column("teams_offered", "Teams offered", "count"),
    Column("teams_not_offered", "Teams not offered", "count"),
    Column("advocates_offered", "Advocates offered", "count"),
    Column("advocates_not_offered", "Advocates not offered", "count"),
    Column("total_offered", "Total, offered", "count"),
    Column("total_not_offered", "Total, not offered", "count"),
    Column("per_advocate_offered", "Per advocate, offered", "number"),
    Column("per_advocate_not_offered", "Per advocate, not offered", "number"),
    Column("lift", "Lift", "percent"),
    Column("p_value", "p-value", "number"),
    # What experiments found
    Column("since", "From", "date"),
    Column("until", "Until", "date"),
    Column("incremental", "Incremental conversions", "number"),
    Column("incremental_low", "Incremental, from", "number"),
    Column("incremental_high", "Incremental, to", "number"),
    Column("factor", "Factor", "percent"),
    Column("factor_low", "Factor, from", "percent"),
    Column("factor_high", "Factor, to", "percent"),
    # How sure it is
    Column("share_of_value_low", "Share of value, from", "percent"),
    Column("share_of_value_high", "Share of value, to", "percent"),
    Column("probability_first", "Probability of rank 1", "percent"),
    Column("reliability", "How sure", translate_values=True),
    Column("rank", "Rank", "identifier"),
    Column("compared_with", "Compared with", translate_values=True),
    Column("conversions_of_other", "Conversions of the other", "number"),
    Column("difference", "Difference", "number"),
    Column("difference_low", "Difference, from", "number"),
    Column("difference_high", "Difference, to", "number"),
    Column("probability_more", "Probability of more", "percent"),
    Column("probability_less", "Probability of less", "percent"),
    Column("finding", "Finding", translate_values=True),
    # Incremental credit
    Column("share_of_caused_conversions", "Share of what channels added", "percent"),
    Column("already_decided", "Came already decided", "number"),
    Column("conversions_low", "Conversions, from", "number"),
    Column("conversions_high", "Conversions, to", "number"),
    Column("effect_per_1000_touches", "Conversions of 1,000 touches", "number"),
    Column("effect_half_life_days", "Half-life of the effect", "days"),
    Column("effect_half_life_low", "Half-life, from", "days"),
    Column("effect_half_life_high", "Half-life, to", "days"),
    Column("guard_hours", "Guard after a touch (hours)", "hours"),
    Column("touch_age_days", "Days after the touch", "days"),
    Column("added_per_1000_touches", "Added a day by 1,000 touches", "number"),
    Column("part", "Compared by", translate_values=True),
    Column("class_of_time", "Class"),
    Column("expected_conversions", "Expected conversions", "number"),
    Column("observed_conversions", "Observed conversions", "number"),
    Column("observed_to_expected", "Observed to expected", "percent"),
    Column("standard_deviations", "Standard deviations apart", "number"),
    Column("people_looked_at", "People looked at", "count"),
    Column("share_low", "Share, from", "percent"),
    Column("share_high", "Share, to", "percent"),
    # The Markov chain
    Column("from_state", "From", translate_values=True),
    Column("to_state", "To", translate_values=True),
    Column("transitions", "Transitions", "number"),
    Column("probability", "Probability", "percent"),
    Column("conversions_without", "Conversions without it", "number"),
    Column("order", "Order", "identifier"),
    Column("states", "States", "count"),
    Column("auc", "AUC", "percent"),
    Column("penalised_auc", "Penalised AUC", "percent"),
    Column("auc_out_of_sample", "AUC out of sample", "percent"),
    Column("auc_standard_error", "Standard error of it", "percent"),
    Column("chosen", "Chosen"),
    # Sourced and influenced pipeline
    Column("definition", "Definition", translate_values=True),
    Column("opportunities", "Opportunities", "count"),
    Column("share_of_opportunities", "Share of opportunities", "percent"),
    Column("pipeline_value", "Pipeline", "money"),
    Column("share_of_pipeline_value", "Share of pipeline", "percent"),
    Column("won_opportunities", "Won", "count"),
    Column("won_value", "Value won", "money"),
    Column("share_of_won_value", "Share of value won", "percent"),
    Column("opportunities_not_known", "Not known", "count"),
    # Cost and return
    Column("spend", "Spend", "money"),
    Column("amount", "Amount", "money"),
    Column("impressions", "Impressions", "count"),
    Column("clicks", "Clicks", "count"),
    Column("cost_per_conversion", "Cost per conversion", "money"),
    Column("cost_per_conversion_low", "Cost per conversion, from", "money"),
    Column("cost_per_conversion_high", "Cost per conversion, to", "money"),
    Column("credited_leads", "Leads", "number"),
    Column("cost_per_lead", "Cost per lead", "money"),
    Column("cost_per_lead_low", "Cost per lead, from", "money"),
    Column("cost_per_lead_high", "Cost per lead, to", "money"),
    Column("credited_mqls", "MQLs", "number"),
    Column("cost_per_mql", "Cost per MQL", "money"),
    Column("cost_per_mql_low", "Cost per MQL, from", "money"),
    Column("cost_per_mql_high", "Cost per MQL, to", "money"),
    Column("credited_sqls", "SQLs", "number"),
    Column("cost_per_sql", "Cost per SQL", "money"),
    Column("cost_per_sql_low", "Cost per SQL, from", "money"),
    Column("cost_per_sql_high", "Cost per SQL, to", "money"),
    Column("credited_opportunities", "Opportunities", "number"),
    Column("cost_per_opportunity", "Cost per opportunity", "money"),
    Column("cost_per_opportunity_low", "Cost per opportunity, from", "money"),
    Column("cost_per_opportunity_high", "Cost per opportunity, to", "money"),
    Column("credited_lost", "Lost deals", "number"),
    Column("cost_per_lost", "Cost per lost deal", "money"),
    Column("cost_per_lost_low", "Cost per lost deal, from", "money"),
    Column("cost_per_lost_high", "Cost per lost deal, to", "money"),
    Column("credited_customers", "Customers", "number"),
    Column("cost_per_customer", "Cost per customer", "money"),
    Column("cost_per_customer_low", "Cost per customer, from", "money"),
    Column("cost_per_customer_high", "Cost per customer, to", "money"),
    Column("return_on_ad_spend", "ROAS", "number"),
    Column("return_on_investment", "ROI", "percent"),
    Column("unrealised_pipeline", "Unrealised pipeline", "money"),
    Column("spend_change", "Change of spend", "money"),
    Column("spend_after", "Spend after", "money"),
    Column("credit_change", "Change in proportion", "number"),
    Column("credit_change_low", "Change, from", "number"),
    Column("credit_change_high", "Change, to", "number"),
    Column("value_change", "Change of value", "money"),
    # What came in
    Column("id", "Id", "identifier"),
    Column("import", "Import", "identifier"),
    Column("import_id", "Import", "identifier"),
    Column("connector", "Connector"),
    Column("name", "Name"),
    Column("kind", "Kind", translate_values=True),
    Column("kinds", "Kinds", translate_values=True),
    Column("summary", "Summary", translate_values=True),
    Column("record_kind", "Kind (--as)"),
    Column("needed_columns", "Columns needed"),
    Column("further_columns", "Further columns"),
    Column("needed", "Needed"),
    Column("holds", "Holds"),
    Column("also_called", "Other names that are recognised"),
    Column("file", "File"),
    Column("row", "Row", "identifier"),
    Column("field", "Field"),
    Column("column", "Column of the file"),
    Column("row_kept", "Row kept"),
    Column("value_seen", "Value seen"),
    Column("problem", "Problem"),
    Column("remedy", "Remedy"),
    Column("rows_read", "Rows read", "count"),
    Column("rows_added", "Rows added", "count"),
    Column("rows_changed", "Rows changed", "count"),
    Column("rows_known", "Rows known already", "count"),
    Column("rows_rejected", "Rows rejected", "count"),
    Column("rows_incomplete", "Rows kept without a cell", "count"),
    Column("rows_removed", "Rows removed", "count"),
    Column("takes", "Reads", translate_values=True),
    Column("identifier", "Identifier", "identifier"),
    Column("tied_to", "Tied to", "identifier"),
    Column("joined", "Joined", translate_values=True),
    Column("identifiers", "Identifiers", "count"),
    Column("merged", "Joined to another", "count"),
    Column("basis", "Known from", translate_values=True),
    Column("problem", "Problem", translate_values=True),
    Column("link", "Link"),
    Column("cases", "Cases", "count"),
    Column("example", "Example"),
    Column("share_of_conversions", "Share of conversions", "percent"),
    Column("emails", "E-mail addresses"),
    Column("rows", "Rows", "count"),
    Column("started_at", "Started", "datetime"),
    Column("finished_at", "Finished", "datetime"),
    Column("status", "Status", translate_values=True),
    # The share of a conversion that each model gives to a touch
    Column("first", "First touch", "percent"),
    Column("last", "Last touch", "percent"),
    Column("last_non_direct", "Last non-direct touch", "percent"),
    Column("linear", "Linear", "percent"),
    Column("time_decay", "Time decay", "percent"),
    Column("u_shaped", "U-shaped", "percent"),
    Column("j_shaped", "J-shaped", "percent"),
    Column("inverse_j", "Inverse J", "percent"),
    Column("custom", "Custom", "percent"),
    Column("u_shaped_milestones", "U-shaped by milestones", "percent"),
    Column("w_shaped", "W-shaped", "percent"),
    Column("full_path", "Full path", "percent"),
    Column("participation", "Participation", "percent"),
    Column("shapley", "Shapley value", "percent"),
    Column("step", "Step", "identifier"),
    Column("place", "Place"),
    Column("milestones", "Milestones", translate_values=True),
    # A figure of a list
    Column("figure", "Figure", translate_values=True),
    Column("count", "Count", "count"),
    Column("share", "Share", "percent"),
    Column("score", "Score", "score"),
)

COLUMNS: dict[str, Column] = {column.name: column for column in _COLUMNS}
"""Columns of tables by name."""

_PARAMETERS = (
    Column("since", "From", "date"),
    Column("until", "Until", "date"),
    Column("first_day", "First day", "date"),
    Column("last_day", "Last day", "date"),
    Column("by", "Broken down by", translate_values=True),
    Column("guard_hours", "Guard after a touch (hours)", "hours"),
    Column("collapse", "Repeats of a channel", translate_values=True),
    Column("direct", "Direct traffic", translate_values=True),
    Column("max_touches", "At most so many touches", "identifier"),
    Column("min_gap_minutes", "One contact within (minutes)", "number"),
    Column("maturity_days", "Open within (days)", "days"),
    Column("samples", "Resamplings by person", "count"),
    Column("samples_by_key", "Samples behind the intervals", "count"),
    Column("half_life_days", "Half-life of time decay (days)", "days"),
    Column("custom_weights", "Weights of custom (first, middle, last)"),
    Column("convention", "Convention of the models"),
    Column("game", "Game of the Shapley value"),
    Column("level", "Journeys of", translate_values=True),
    Column("calibrated", "Calibrated with experiments"),
    Column("models", "Models", translate_values=True),
    Column("lookback_days", "Lookback (days)", "days"),
    Column("order", "Order of the chain", "identifier"),
    Column("dated_by", "Credit by", translate_values=True),
    Column("what_if", "If spend were"),
    Column("seed", "Seed", "identifier"),
    Column("weakest_evidence", "Weakest evidence", translate_values=True),
    Column("chance_basis", "Chance to be seen", translate_values=True),
    Column("cohort_rule", "Posts counted", translate_values=True),
    Column("advocates_sharing", "Advocates who posted", "count"),
    Column("audiences_known", "Audiences known", "count"),
    Column("social_conversions", "Social part of the conversions", "number"),
    Column("social_value", "Social part of the value", "money"),
    Column("value_basis", "Valued by"),
    Column("company_texts", "Texts of the company", "count"),
    Column("policies", "Rules in the settings", "count"),
    Column("accounts_covered", "Accounts where somebody is known", "count"),
    Column("k", "Advocates asked for", "count"),
    Column("bound", "Most that as many could cover", "number"),
    Column("gap_to_bound", "Short of that by", "percent"),
    Column("gains_computed", "Gains computed", "count"),
    Column("weight_within_reach", "Within reach of all", "number"),
    Column("codes", "Codes", "count"),
    Column("retired", "Codes retired", "count"),
    Column("rotations", "Rotations", "count"),
    Column("draws", "Draws that were as likely", "count"),
    Column("all_draws", "All of them listed"),
    Column("measure", "Measured", translate_values=True),
    Column("click_days", "Days from click to lead", "number"),
    Column("interval_level", "Level of the interval", "percent"),
    Column("conversions", "Conversions", "number"),
    Column("conversions_without_touch", "Conversions without a touch", "number"),
    Column("unattributed_conversions", "Conversions without a touch", "number"),
    Column("unattributed_value", "Value without a touch", "money"),
    Column("conversion_probability", "Probability of conversion", "percent"),
    Column("total_value", "Total value", "money"),
    Column("null_journeys", "Journeys without conversion", "count"),
    Column("paths", "Distinct paths", "count"),
    Column("rules", "Channel rules"),
    Column("other_rules", "The other rules"),
    Column("other_rule_version", "Version of the other rules"),
    Column("data_fingerprint", "Data fingerprint"),
    Column("fingerprint", "Data fingerprint"),
    Column("version", "smarketing version"),
    Column("generated_at", "Made on", "datetime"),
    Column("workspace", "Workspace"),
    Column("company", "Company"),
    Column("time_zone", "Time zone"),
    Column("engine", "Computed by"),
    Column("touches_table", "Touches from"),
    Column("conversions_table", "Conversions from"),
)

PARAMETERS: dict[str, Column] = {column.name: column for column in _PARAMETERS}
"""Names in a report's meta that are no columns, or mean something else there."""


OF_GOALS = (
    ("credited_", "number", {"": N_("Credited: {goal}"), "_low": N_("Credited: {goal}, from"), "_high": N_("Credited: {goal}, to")}),
    ("cost_per_", "money", {"": N_("Cost per {goal}"), "_low": N_("Cost per {goal}, from"), "_high": N_("Cost per {goal}, to")}),
)
"""Columns of goals that only the user knows: what their names begin with, their unit, their labels."""


def column(name: str, dtype: Any = None, *, catalogue: Mapping[str, Column] = COLUMNS) -> Column:
    """Find a column in the catalogue, or make one for a name it does not hold.

    Parameters
    ----------
    name : str
    dtype : numpy or pandas dtype, optional
        Decides the unit of an unknown column: whole numbers are counts, other numbers "number", times "datetime", all else "text". Columns
        of a goal (credited_demo, cost_per_demo) are known by how their names begin.
    catalogue : mapping

    Examples
    --------
    >>> column("removal_effect").label
    'Removal effect'
    >>> column("deals_in_play")
    Column(name='deals_in_play', label='Deals in play', unit='text', translate_values=False)
    """
    known = catalogue.get(name)
    if known is not None:
        return known
    for start, unit, labels in OF_GOALS:
        if name.startswith(start):
            end = next((end for end in ("_low", "_high") if name.endswith(end)), "")
            return Column(name, labels[end], unit, goal=name.removeprefix(start).removesuffix(end).replace("_", " "))
    label = name.replace("_", " ").strip()
    units = {"i": "count", "u": "count", "f": "number", "M": "datetime"}
    return Column(name, label[:1].upper() + label[1:], units.get(getattr(dtype, "kind", ""), "text"))


def parameter(name: str) -> Column:
    """Find the label and unit of a name in a report's meta.

    Examples
    --------
    >>> parameter("lookback_days").label, parameter("currency").label
    ('Lookback (days)', 'Currency')
    """
    return PARAMETERS.get(name) or column(name)
