"""Instruments over HTTP: definitions to fill in by, with what is not confirmed about them."""

from __future__ import annotations

from typing import Annotated

from chassis.http import CurrentActor
from fastapi import APIRouter
from pydantic import BaseModel, Field

from guidance.instruments.definitions import Catalogue
from guidance.instruments.domain import USABLE, Instrument


class OptionOut(BaseModel):
    """One way to answer."""

    value: int
    text_th: str
    text_en: str


class ItemOut(BaseModel):
    """One item with how far its text may be trusted."""

    no: int
    domain: str
    text_th: str
    text_en: str
    mark: str
    status: str


class InstrumentOut(BaseModel):
    """One version of an instrument."""

    code: str
    version: str
    title_th: str
    title_en: str
    status: str
    informants: list[str]
    licence_status: str
    licence_note: str
    source: str
    citation: str
    notice_th: str
    tested_with_th: str
    answer_scale_status: str
    answer_scale_source: str
    options: list[OptionOut]
    items: list[ItemOut]
    computes_group: Annotated[bool, Field(description="False while the instrument has no published cut-offs.")]


class InstrumentList(BaseModel):
    """Instruments that may be used."""

    instruments: list[InstrumentOut]


def router(catalogue: Catalogue) -> APIRouter:
    """Routes of the instruments."""
    routes = APIRouter(prefix="/v1/instruments", tags=["instruments"])
    usable = [_out(item) for item in sorted(catalogue.values(), key=lambda item: item.key) if item.status in USABLE]

    @routes.get("")
    async def list_instruments(_actor: CurrentActor) -> InstrumentList:
        """Instruments with their items, options and status; nothing here is about a person."""
        return InstrumentList(instruments=usable)

    return routes


def _out(instrument: Instrument) -> InstrumentOut:
    scale = instrument.answer_scale
    return InstrumentOut(
        code=instrument.code,
        version=instrument.version,
        title_th=instrument.title_th,
        title_en=instrument.title_en,
        status=instrument.status,
        informants=sorted(instrument.informants),
        licence_status=instrument.licence_status,
        licence_note=instrument.licence_note,
        source=instrument.source,
        citation=instrument.citation,
        notice_th=instrument.notice_th,
        tested_with_th=instrument.tested_with_th,
        answer_scale_status=scale.status,
        answer_scale_source=scale.source,
        options=[
            OptionOut(value=option.value, text_th=option.text_th, text_en=option.text_en) for option in scale.options
        ],
        items=[
            ItemOut(
                no=item.no,
                domain=item.domain,
                text_th=item.text_th,
                text_en=item.text_en,
                mark=item.mark,
                status=item.status,
            )
            for item in instrument.items
        ],
        computes_group=bool(instrument.norm_sets),
    )
