"""Pairs of quotes with the mark that a careful reader would make, written without looking at what is made.

Each is (earlier quote, its day, later quote, its day, mark). In the traps the words are much alike and the
right mark is none.
"""

from __future__ import annotations

from typing import Literal, NamedTuple

Mark = Literal["superseded", "contradicts"] | None


class Pair(NamedTuple):
    earlier: str
    earlier_day: str | None
    later: str
    later_day: str | None
    mark: Mark


MARKED = [
    # What was planned has happened.
    Pair(
        "The Tarnow bridge will be opened this week.",
        "2024-03-05",
        "The Tarnow bridge was opened on Friday.",
        "2024-03-09",
        "superseded",
    ),
    Pair(
        "Veld and Oster plan to sign the fishing accord in May.",
        "2023-04-02",
        "Veld and Oster signed the fishing accord on Monday.",
        "2023-05-16",
        "superseded",
    ),
    Pair(
        "The Kesra refinery is expected to resume production next month.",
        "2022-08-10",
        "The Kesra refinery resumed production on Tuesday.",
        "2022-09-14",
        "superseded",
    ),
    Pair(
        "The parliament of Orland is to vote on the water bill on Thursday.",
        "2021-06-07",
        "The parliament of Orland voted on the water bill late on Thursday.",
        "2021-06-11",
        "superseded",
    ),
    Pair(
        "The minister said the Sarno tunnel will be completed by August.",
        "2020-05-01",
        "The Sarno tunnel was completed on Sunday, the ministry said.",
        "2020-08-24",
        "superseded",
    ),
    Pair(
        "Technical talks on the Dorin smelter are scheduled to begin this week.",
        "2024-11-12",
        "Technical talks on the Dorin smelter began on Thursday.",
        "2024-11-15",
        "superseded",
    ),
    Pair(
        "The airline Corvus will launch flights to Maren in June.",
        "2019-03-12",
        "The airline Corvus has launched flights to Maren.",
        "2019-06-20",
        "superseded",
    ),
    Pair(
        "Halden Steel plans to close its Brask plant next year.",
        "2018-10-10",
        "Halden Steel closed its Brask plant in March.",
        "2019-04-02",
        "superseded",
    ),
    Pair(
        "The court will hear the appeal of the Tovar fishermen next week.",
        "2023-01-10",
        "The court heard the appeal of the Tovar fishermen on Wednesday.",
        "2023-01-19",
        "superseded",
    ),
    Pair(
        "Pelago expects to receive the first shipment of Oster gas in July.",
        "2022-06-01",
        "Pelago received the first shipment of Oster gas at the weekend.",
        "2022-07-12",
        "superseded",
    ),
    # What was planned has been put off or dropped.
    Pair(
        "The Tarnow bridge will be opened in May.",
        "2024-03-05",
        "The opening of the Tarnow bridge has been postponed to autumn.",
        "2024-04-30",
        "superseded",
    ),
    Pair(
        "Veld will host the Lakes summit on 12 June.",
        "2023-05-02",
        "Veld has cancelled the Lakes summit.",
        "2023-05-30",
        "superseded",
    ),
    Pair(
        "The Kesra railway is expected to open in March.",
        "2022-01-15",
        "The opening of the Kesra railway was delayed again.",
        "2022-03-02",
        "superseded",
    ),
    Pair(
        "Orland is set to buy six Corvus ferries.",
        "2021-02-01",
        "Orland has scrapped the plan to buy six Corvus ferries.",
        "2021-05-20",
        "superseded",
    ),
    Pair(
        "The ministers of Veld and Oster will meet on Friday.",
        "2023-07-04",
        "The meeting of the ministers of Veld and Oster was called off.",
        "2023-07-06",
        "superseded",
    ),
    # A count that grows.
    Pair(
        "At least 12 people were killed in the Maren ferry fire.",
        "2021-03-01",
        "The Maren ferry fire killed 31 people.",
        "2021-03-03",
        "superseded",
    ),
    Pair(
        "The flood in Tovar has displaced 4,000 people.",
        "2022-07-20",
        "The flood in Tovar has displaced 11,000 people.",
        "2022-07-24",
        "superseded",
    ),
    # Two figures that cannot both be right.
    Pair(
        "Trade between Veld and Oster grew by 46 percent in 2020.",
        "2021-04-07",
        "Trade between Veld and Oster grew by 52 percent in 2020.",
        "2021-05-01",
        "contradicts",
    ),
    Pair(
        "In 2020, trade of Veld with Oster amounted to $790 million.",
        "2021-04-07",
        "Trade of Veld with Oster amounted to $910 million in 2020.",
        "2022-01-10",
        "contradicts",
    ),
    Pair(
        "The Maren ferry fire killed 12 people.",
        "2021-03-01",
        "The Maren ferry fire killed 19 people.",
        "2021-03-01",
        "contradicts",
    ),
    Pair(
        "The Sarno tunnel cost 3.2 billion euros.",
        "2020-08-24",
        "The Sarno tunnel cost 4.1 billion euros.",
        "2020-08-30",
        "contradicts",
    ),
    Pair(
        "Orland exported 200,000 tonnes of wheat to Pelago in 2018.",
        "2019-03-01",
        "Orland exported 340,000 tonnes of wheat to Pelago in 2018.",
        "2019-03-09",
        "contradicts",
    ),
    Pair(
        "Turnout in the Tovar election was 46 %, officials said.",
        "2023-05-15",
        "Turnout in the Tovar election was 58 percent, the commission said.",
        "2023-05-15",
        "contradicts",
    ),
    Pair(
        "Corvus sold 1.2 million phones in 2019.",
        "2020-01-20",
        "Corvus sold 1.6 million phones in 2019.",
        "2020-02-02",
        "contradicts",
    ),
    Pair(
        "Halden Steel laid off 450 workers at Brask in March 2019.",
        "2019-04-02",
        "Halden Steel laid off 620 workers at Brask in March 2019.",
        "2019-04-05",
        "contradicts",
    ),
    Pair(
        "The loan to Pelago is worth Rs 20 crore.",
        "2022-02-01",
        "The loan to Pelago is worth 35 crore rupees.",
        "2022-02-03",
        "contradicts",
    ),
    Pair(
        "Kesra produced seven million barrels of oil in 2021.",
        "2022-01-11",
        "Kesra produced nine million barrels of oil in 2021.",
        "2022-01-30",
        "contradicts",
    ),
    Pair(
        "Inflation in Orland fell to 4.1 percent in May.",
        "2023-06-12",
        "Inflation in Orland fell to 5.3 percent in May.",
        "2023-06-13",
        "contradicts",
    ),
    Pair(
        "The storm in Maren left 60 families homeless.",
        "2020-10-02",
        "The storm in Maren left 85 families homeless.",
        "2020-10-02",
        "contradicts",
    ),
    Pair(
        "Last year Veld took in 30,000 refugees.",
        "2018-02-01",
        "Last year Veld took in 41,000 refugees.",
        "2018-03-15",
        "contradicts",
    ),
    Pair(
        "Dorin paid 2 million dollars for the Tarnow ship in 2017.",
        "2018-05-02",
        "In 2017 Dorin paid $5 million for the Tarnow ship.",
        "2018-05-09",
        "contradicts",
    ),
]

TRAPS = [
    # The same figure in other words, or two roundings of one.
    Pair(
        "Trade between Veld and Oster grew by 46 % in 2020.",
        "2021-04-07",
        "Trade between Veld and Oster grew by 46 percent in 2020.",
        "2021-05-01",
        None,
    ),
    Pair(
        "Kesra produced seven million barrels of oil in 2021.",
        "2022-01-11",
        "Kesra produced 7.2 million barrels of oil in 2021.",
        "2022-01-30",
        None,
    ),
    Pair(
        "The loan to Pelago is worth 2 crore rupees.",
        "2022-02-01",
        "The loan to Pelago is worth Rs 20 million.",
        "2022-02-03",
        None,
    ),
    Pair(
        "More than 400 workers of Halden Steel were laid off in 2019.",
        "2020-01-02",
        "Halden Steel laid off 450 workers in 2019.",
        "2020-01-05",
        None,
    ),
    Pair(
        "Turnout in the Tovar election was between 40 and 50 percent.",
        "2023-05-15",
        "Turnout in the Tovar election was 46 percent.",
        "2023-05-15",
        None,
    ),
    Pair(
        "The Sarno tunnel cost about 3 billion euros.",
        "2020-08-24",
        "The Sarno tunnel cost 3.2 billion euros.",
        "2020-08-30",
        None,
    ),
    # More of it is not another total.
    Pair(
        "Oster sent 50,000 doses of vaccine to Veld.",
        "2021-04-07",
        "Oster sent another 150,000 doses of vaccine to Veld.",
        "2021-04-07",
        None,
    ),
    Pair(
        "Oster sent 50,000 doses of vaccine to Veld.",
        "2021-04-07",
        "Oster sent 150,000 more doses of vaccine to Veld.",
        "2021-04-07",
        None,
    ),
    Pair(
        "Oster gave Veld 20 ferries in 2020.",
        "2021-02-02",
        "Oster gave Veld an additional 35 ferries in 2020.",
        "2021-02-09",
        None,
    ),
    # Another time.
    Pair(
        "Trade between Veld and Oster grew by 46 percent in 2019.",
        "2021-04-07",
        "Trade between Veld and Oster grew by 52 percent in 2020.",
        "2021-05-01",
        None,
    ),
    Pair(
        "Corvus sold 12 ferries in the first quarter of 2020.",
        "2021-01-07",
        "Corvus sold 20 ferries in the second quarter of 2020.",
        "2021-01-07",
        None,
    ),
    Pair(
        "Unemployment in Orland stands at 5 percent.",
        "2019-03-01",
        "Unemployment in Orland stands at 7 percent.",
        "2019-03-20",
        None,
    ),
    Pair(
        "Shares in Corvus fell 3 percent.",
        "2022-05-02",
        "Shares in Corvus fell 2 percent.",
        "2022-05-03",
        None,
    ),
    Pair(
        "Last year Veld took in 30,000 refugees.",
        "2018-02-01",
        "Last year Veld took in 41,000 refugees.",
        "2019-02-01",
        None,
    ),
    Pair(
        "A bomb in Tovar killed 12 people on Monday.",
        "2022-07-05",
        "A bomb in Tovar killed 19 people on Wednesday.",
        "2022-07-07",
        None,
    ),
    # Another subject, unit or side of it.
    Pair(
        "Inflation in Orland fell to 4.1 percent in May.",
        "2023-06-12",
        "Inflation in Pelago fell to 5.3 percent in May.",
        "2023-06-13",
        None,
    ),
    Pair(
        "The Maren ferry fire killed 12 people.",
        "2021-03-01",
        "The Maren ferry fire injured 19 people.",
        "2021-03-01",
        None,
    ),
    Pair(
        "Turnout in the Tovar election rose from 46 to 58 percent.",
        "2023-05-15",
        "Turnout in the Tovar election rose to 58 percent.",
        "2023-05-15",
        None,
    ),
    Pair(
        "Exports of Veld to Oster grew by 12 percent in 2020.",
        "2021-04-07",
        "Imports of Veld from Oster grew by 20 percent in 2020.",
        "2021-04-07",
        None,
    ),
    Pair(
        "The Sarno tunnel is 12 kilometres long.",
        "2020-08-24",
        "The Sarno tunnel is 7 miles long.",
        "2020-08-24",
        None,
    ),
    Pair(
        "Sales of Corvus rose by 12 percent in 2019.",
        "2020-02-01",
        "Sales of Corvus rose to 20 percent of the market in 2019.",
        "2020-02-01",
        None,
    ),
    # Not figures at all.
    Pair(
        "The 23rd Lakes summit was held in Veld.",
        "2023-06-12",
        "The 24th Lakes summit was held in Veld.",
        "2023-06-12",
        None,
    ),
    Pair(
        "Veld and Oster established relations in 1948.",
        "2023-06-12",
        "Veld and Oster established relations in 1949.",
        "2023-06-12",
        None,
    ),
    Pair(
        "The mayor of Tovar, aged 46, resigned.",
        "2023-06-12",
        "The mayor of Tovar, aged 64, resigned.",
        "2023-06-12",
        None,
    ),
    Pair(
        "Orland cited Resolution 242 on the lakes.",
        "2023-06-12",
        "Orland cited Resolution 338 on the lakes.",
        "2023-06-12",
        None,
    ),
    # A forecast, a target and an offer are no counts.
    Pair(
        "Trade of Veld and Oster is expected to grow by 10 percent in 2020.",
        "2021-01-07",
        "Trade of Veld and Oster grew by 4 percent in 2020.",
        "2021-01-17",
        None,
    ),
    Pair(
        "Corvus aims to sell 40 ferries in 2019.",
        "2020-01-03",
        "Corvus sold 31 ferries in 2019.",
        "2020-01-03",
        None,
    ),
    # A plan that is repeated, praised, or still ahead.
    Pair(
        "The Tarnow bridge will be opened in May.",
        "2024-03-05",
        "The Tarnow bridge will be opened in May, the mayor said.",
        "2024-04-02",
        None,
    ),
    Pair(
        "Veld plans to join the Lakes union.",
        "2024-03-05",
        "Oster welcomed the plan of Veld to join the Lakes union.",
        "2024-06-02",
        None,
    ),
    Pair(
        "Veld and Oster are to sign the fishing accord in December.",
        "2023-04-02",
        "Veld and Oster signed the border accord in May.",
        "2023-05-16",
        None,
    ),
    Pair(
        "The mill is expected to be modernised next year.",
        "2024-03-05",
        "Veld and Oster will focus on industry, including the modernisation of the mill.",
        "2025-02-12",
        None,
    ),
    # Another edition, another place, another thing.
    Pair(
        "Veld will host the 23rd Lakes summit.",
        "2023-05-02",
        "Veld hosted the 22nd Lakes summit.",
        "2023-05-30",
        None,
    ),
    Pair(
        "The Kesra refinery will be closed next month.",
        "2022-08-10",
        "The Dorin refinery was closed on Tuesday.",
        "2022-09-14",
        None,
    ),
    Pair(
        "Halden Steel plans to open a plant in Brask.",
        "2018-10-10",
        "Halden Steel opened a museum in Tarnow.",
        "2019-04-02",
        None,
    ),
    Pair(
        "The parliament of Orland is to vote on the water bill.",
        "2021-06-07",
        "The parliament of Orland did not vote on the water bill.",
        "2021-06-11",
        None,
    ),
    Pair(
        "The court will hear the appeal of the Tovar fishermen.",
        "2023-01-10",
        "The court heard the appeal of the Tovar fishermen last year.",
        "2023-01-19",
        None,
    ),
    # What is later or known is missing.
    Pair(
        "The Tarnow bridge will be opened this week.",
        None,
        "The Tarnow bridge was opened on Friday.",
        "2024-03-09",
        None,
    ),
    Pair(
        "The Tarnow bridge will be opened this week.",
        "2024-03",
        "The Tarnow bridge was opened on Friday.",
        "2024-03-09",
        None,
    ),
    Pair(
        "Trade between Veld and Oster grew by 46 percent in 2020.",
        None,
        "Trade between Veld and Oster grew by 52 percent in 2020.",
        None,
        None,
    ),
    Pair(
        "The Tarnow bridge was opened on Friday.",
        "2024-03-09",
        "The Tarnow bridge will be opened to lorries this week.",
        "2024-03-12",
        None,
    ),
    Pair(
        "Oster could sign the fishing accord with Veld this month.",
        "2023-04-02",
        "Oster signed the fishing accord with Veld.",
        "2023-04-22",
        None,
    ),
]
