"""The only door to Adobe Commerce: what its exports mean, cell by cell.

Nothing here opens a file.  ``amzsync.documents`` hands in rows as ``csv.reader`` splits them; these
modules say which file it is and turn each row into a noun of ``amzsync.core.model``.
"""
