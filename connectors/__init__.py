"""One module a lead source; each turns a file or an API into batches of records and never writes."""
