"""The arithmetic of targets: values, paths, pace, room, verdicts and what moved them, at any as-of date."""
