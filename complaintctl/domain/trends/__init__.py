"""Hot spots: values whose recent number of cases is more than their own past explains."""
