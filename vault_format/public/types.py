"""Bounded types that public parts are made of."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta

from vault_format import bounds

U8 = Annotated[int, Meta(ge=0, le=255)]
U16 = Annotated[int, Meta(ge=0, le=65_535)]
U32 = Annotated[int, Meta(ge=0, le=2**32 - 1)]
# msgspec bounds integers to 63 bits in Meta; the wire form itself bounds them to 64
U64 = Annotated[int, Meta(ge=0)]
Time = Annotated[int, Meta(ge=0, le=bounds.MAX_TIME)]
ReasonCode = Annotated[int, Meta(ge=0, le=19)]
MemberNumber = Annotated[int, Meta(ge=1, le=bounds.MAX_MEMBERS)]
RoleCode = Annotated[int, Meta(ge=1, le=4)]
Bytes8 = Annotated[bytes, Meta(min_length=8, max_length=8)]
Bytes16 = Annotated[bytes, Meta(min_length=16, max_length=16)]
Bytes32 = Annotated[bytes, Meta(min_length=32, max_length=32)]
Bytes64 = Annotated[bytes, Meta(min_length=64, max_length=64)]
Salt = Annotated[bytes, Meta(min_length=bounds.ARGON_SALT[0], max_length=bounds.ARGON_SALT[1])]
Name = Annotated[str, Meta(min_length=1, max_length=bounds.MAX_NAME)]
Zone = Annotated[str, Meta(max_length=64)]
Minute = Annotated[int, Meta(ge=0, le=1_440)]
