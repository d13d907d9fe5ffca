"""Bulletin table (17): exports of selected commodities by groups of regimes, year to date."""

from expectations.commodity_regimes import expectations as expectations
