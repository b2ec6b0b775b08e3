"""The only door to Amazon: reports and, later, the Selling Partner API.

What reads a report works on text and does no I/O: ``headings`` says what a document is,
``listings_report`` turns the cells of a row into a ``ListingRow``, ``origin`` tells whether the
rows are of another marketplace.
"""
