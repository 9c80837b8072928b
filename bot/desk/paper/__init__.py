"""Dossiers as the staff take them away: sheets, tables, documents. Changes nothing."""
