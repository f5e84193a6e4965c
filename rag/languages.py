"""Languages by their codes and names."""

from __future__ import annotations

import functools
import re

# ISO 639-1: each code with those of ISO 639-2 and the names of the language.
_LANGUAGES = """
    aa aar Afar; ab abk Abkhazian; ae ave Avestan; af afr Afrikaans; ak aka Akan; am amh Amharic; an arg
    Aragonese; ar ara Arabic; as asm Assamese; av ava Avaric; ay aym Aymara; az aze Azerbaijani; ba bak
    Bashkir; be bel Belarusian; bg bul Bulgarian; bh bih Bihari languages; bi bis Bislama; bm bam Bambara;
    bn ben Bengali; bo bod tib Tibetan; br bre Breton; bs bos Bosnian; ca cat Catalan/Valencian; ce che
    Chechen; ch cha Chamorro; co cos Corsican; cr cre Cree; cs ces cze Czech; cu chu Church Slavic/Old
    Slavonic/Church Slavonic/Old Bulgarian/Old Church Slavonic; cv chv Chuvash; cy cym wel Welsh; da dan
    Danish; de deu ger German; dv div Divehi/Dhivehi/Maldivian; dz dzo Dzongkha; ee ewe Ewe; el ell gre
    Greek; en eng English; eo epo Esperanto; es spa Spanish/Castilian; et est Estonian; eu eus baq Basque;
    fa fas per Persian/Farsi; ff ful Fulah; fi fin Finnish; fj fij Fijian; fo fao Faroese; fr fra fre
    French; fy fry Western Frisian/Frisian; ga gle Irish; gd gla Gaelic/Scottish Gaelic; gl glg Galician;
    gn grn Guarani; gu guj Gujarati; gv glv Manx; ha hau Hausa; he heb Hebrew; hi hin Hindi; ho hmo Hiri
    Motu; hr hrv Croatian; ht hat Haitian/Haitian Creole; hu hun Hungarian; hy hye arm Armenian; hz her
    Herero; ia ina Interlingua; id ind Indonesian; ie ile Interlingue/Occidental; ig ibo Igbo; ii iii
    Sichuan Yi/Nuosu; ik ipk Inupiaq; io ido Ido; is isl ice Icelandic; it ita Italian; iu iku Inuktitut;
    ja jpn Japanese; jv jav Javanese; ka kat geo Georgian; kg kon Kongo; ki kik Kikuyu/Gikuyu; kj kua
    Kuanyama/Kwanyama; kk kaz Kazakh; kl kal Kalaallisut/Greenlandic; km khm Central Khmer/Khmer; kn kan
    Kannada; ko kor Korean; kr kau Kanuri; ks kas Kashmiri; ku kur Kurdish; kv kom Komi; kw cor Cornish;
    ky kir Kirghiz/Kyrgyz; la lat Latin; lb ltz Luxembourgish/Letzeburgesch; lg lug Ganda; li lim
    Limburgan/Limburger/Limburgish; ln lin Lingala; lo lao Lao; lt lit Lithuanian; lu lub Luba-Katanga; lv
    lav Latvian; mg mlg Malagasy; mh mah Marshallese; mi mri mao Maori; mk mkd mac Macedonian; ml mal
    Malayalam; mn mon Mongolian; mr mar Marathi; ms msa may Malay; mt mlt Maltese; my mya bur Burmese; na
    nau Nauru; nb nob Norwegian Bokmål; nd nde North Ndebele; ne nep Nepali; ng ndo Ndonga; nl nld dut
    Dutch/Flemish; nn nno Norwegian Nynorsk; no nor Norwegian; nr nbl South Ndebele; nv nav Navajo/Navaho;
    ny nya Chichewa/Chewa/Nyanja; oc oci Occitan/Provençal; oj oji Ojibwa; om orm Oromo; or ori
    Oriya/Odia; os oss Ossetian/Ossetic; pa pan Panjabi/Punjabi; pi pli Pali; pl pol Polish; ps pus
    Pushto/Pashto; pt por Portuguese; qu que Quechua; rm roh Romansh; rn run Rundi; ro ron rum
    Romanian/Moldavian/Moldovan; ru rus Russian; rw kin Kinyarwanda; sa san Sanskrit; sc srd Sardinian; sd
    snd Sindhi; se sme Northern Sami; sg sag Sango; si sin Sinhala/Sinhalese; sk slk slo Slovak; sl slv
    Slovenian; sm smo Samoan; sn sna Shona; so som Somali; sq sqi alb Albanian; sr srp Serbian; ss ssw
    Swati; st sot Sotho; su sun Sundanese; sv swe Swedish; sw swa Swahili; ta tam Tamil; te tel Telugu; tg tgk
    Tajik; th tha Thai; ti tir Tigrinya; tk tuk Turkmen; tl tgl Tagalog/Filipino; tn tsn Tswana; to ton
    Tonga; tr tur Turkish; ts tso Tsonga; tt tat Tatar; tw twi Twi; ty tah Tahitian; ug uig Uighur/Uyghur;
    uk ukr Ukrainian; ur urd Urdu; uz uzb Uzbek; ve ven Venda; vi vie Vietnamese; vo vol Volapük; wa wln
    Walloon; wo wol Wolof; xh xho Xhosa; yi yid Yiddish; yo yor Yoruba; za zha Zhuang/Chuang; zh zho chi
    Chinese; zu zul Zulu
"""
_NO_LANGUAGE = frozenset({"und", "mis", "mul"})
_CODES_BEFORE_NAMES = re.compile(r"(?:[a-z]{2,3} )+")
# Between a language and what tells more of it: "en-US", "en_GB.UTF-8", "Chinese (Simplified)".
_MORE = re.compile(r"\s*[-_.(@]")


def language_code(said: str) -> str | None:
    """The ISO 639-1 code of a language that is told by a code, with a region or not, or by its English name.

    Of one that has no such code it is its three letters. None for what is no language that is known here, as
    for the codes that say so.
    """
    name = _MORE.split(said.casefold(), maxsplit=1)[0].strip()
    if name in _NO_LANGUAGE:
        return None
    if name.isascii() and name.isalpha() and len(name) == 3:
        return _known().get(name, name)
    return _known().get(said.casefold().strip()) or _known().get(name)


@functools.cache
def _known() -> dict[str, str]:
    codes: dict[str, str] = {}
    for language in " ".join(_LANGUAGES.split()).split("; "):
        before = _CODES_BEFORE_NAMES.match(language)
        assert before is not None
        spelt = [*before[0].split(), *language[before.end() :].casefold().split("/")]
        codes.update(dict.fromkeys(spelt, spelt[0]))
    return codes
