"""How pipelines such as Fivetran and Airbyte lay the tables of a source down, and what becomes of them: one module a family."""
