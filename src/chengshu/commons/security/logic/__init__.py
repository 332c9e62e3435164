"""Pure rules of security: passwords, region paths, duties of operations, the import workbook."""
