"""Attribution where the touches already lie: any engine that Ibis speaks to; paths and other aggregates alone leave it."""
