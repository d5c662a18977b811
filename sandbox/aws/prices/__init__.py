"""Prices: one dated table for every region, marked as such.

They make fleets choose sensibly, they are no quotation.
"""
