"""Channel rules: the rule sets, the lists they look things up in, and how an origin is read."""
