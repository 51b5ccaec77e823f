"""What every layer needs and none owns: errors, clock, ids, backoff, tasks, logs."""
