"""From parsed files to rows of raw: form rules, versions, batches."""
