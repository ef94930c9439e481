"""Hot spots and control charts: values with more cases than their past explains, periods unlike the others."""
