"""Pages of the trail: what was done, each record, alerts, reviews."""
