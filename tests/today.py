"""The day on which all tests run, whatever day it is."""

from datetime import date

TODAY = date(2026, 11, 30)
