"""What is inside an e-mail: headers, charsets, parts (MIME), file names."""
