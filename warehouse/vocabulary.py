"""Words of Chinese and Russian for codes of the dimensions, so that series are found in three languages.

Labels as sources print them stand in series.native_title where a table was read; many series of the shipped history
have none. These are the field's usual words, not anybody's labels.
"""

from __future__ import annotations

WORDS = {
    "export": "出口 экспорт",
    "import": "进口 импорт",
    "balance": "贸易差额 顺差 торговый баланс сальдо",
    "total": "进出口总值 внешняя торговля",
    "value": "金额 стоимость объём объем",
    "quantity": "数量 количество",
    "growth_yoy": "同比 рост год к году",
    "growth_mom": "环比 рост месяц к месяцу",
    "debt": "贷款余额 задолженность",
    "overdue": "逾期贷款 просроченная задолженность просрочка",
    "loan_overdue_ratio": "逾期率 доля просроченной задолженности просрочка",
    "new_loans": "新增贷款 выданные кредиты",
    "rate": "利率 процентная ставка",
    "key_rate": "关键利率 ключевая ставка",
    "HOUSEHOLD": "居民 家庭 физические лица население розничные",
    "MORTGAGE": "住房抵押贷款 ипотека ипотечные кредиты",
    "CORPORATE": "企业 корпоративные кредиты юридические лица",
    "SME": "中小企业 малый и средний бизнес МСП",
    "UNSECURED": "无担保消费贷款 необеспеченные потребительские кредиты",
    "household_loans": "居民贷款 кредиты физическим лицам",
    "sme_loans": "中小企业贷款 кредиты субъектам МСП",
    "loan_portfolio": "贷款组合 кредитный портфель",
    "mirror_trade": "镜像贸易 зеркальная статистика",
    "fx_rate": "汇率 курс валюты официальный курс",
    "exchange_rate": "汇率 人民币 курс юаня",
    "effective_exchange_rate": "有效汇率 эффективный курс",
    "price_index": "价格指数 индекс цен инфляция",
    "CPI": "居民消费价格 потребительские цены инфляция",
    "PPI": "工业生产者价格 цены производителей",
    "bank_ratio": "银行指标 обязательные нормативы",
    "bank_capital": "银行资本 собственные средства капитал",
    "ytd": "累计 с начала года",
}
"""Code of a dataset, flow, product, measure or basis -> words."""
