"""Every table, in one metadata. Migrations create them; ``tests/migration`` proves both alike.

Conventions: ids are UUIDv7 text; codes are text; moments are aware UTC; ``sealed`` holds what is personal, encrypted, and
``owner_index`` / ``subject_index`` are blind indexes, so nothing here can be read about a person without the keyring.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Date,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    PrimaryKeyConstraint,
    Table,
    UniqueConstraint,
)

from ._columns import Json, Moment, OrderedId, Sealed, Word, new_id, utc_now

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def _id() -> Column[str]:
    return Column("id", Word, primary_key=True, default=new_id)


def _must(name: str, kind: Any = Word, *args: Any, **options: Any) -> Column[Any]:
    return Column(name, kind, *args, nullable=False, **options)


def _may(name: str, kind: Any = Word, *args: Any, **options: Any) -> Column[Any]:
    return Column(name, kind, *args, nullable=True, **options)


def _lease() -> tuple[Column[Any], Column[Any]]:
    """Who works on the row, and until when the others leave it alone (:mod:`lienthong.storage` claims)."""
    return _may("lease_owner"), _may("lease_until", Moment)


cases = Table(
    "cases",
    metadata,
    _id(),
    _must("dossier", unique=True),
    _must("procedure"),
    _must("agency"),  # agency of the officer
    _may("processing_agency"),
    _must("officer"),
    _may("channel"),  # KENHTHUCHIEN of the hub
    _may("owner_index", LargeBinary),
    _may("owner_kind"),  # citizen | organisation
    _must("sealed", Sealed),  # applicant and other personal fields
    _must("status"),  # TRANGTHAIHOSO of the hub, "1".."10"
    _must("identity", default="none"),  # none | verified | questioned | mismatch | provisional
    _may("identity_at", Moment),
    _must("reuse_declined", Json, default=list),  # component codes, or ["*"]
    _may("case_choice"),  # TRUONGHOP chosen
    _must("opened_at", Moment, default=utc_now),
    _may("submitted_at", Moment),
    _may("received_at", Moment),
    _may("due_at", Moment),
    _may("finished_at", Moment),
    _may("returned_at", Moment),
    _may("closed_at", Moment),
    _must("revision", Integer, default=1),  # optimistic: update where revision = the one read
    _may("consented", Json),  # component codes that a record may replace, by the applicant's word
    _may("procedure_version"),  # what was demanded when it was opened holds until its end
    _may("supplements", Integer),  # how often a supplement was asked for, as far as steps say it
    _may("return_form"),  # HINHTHUC of the hub: 0 counter | 1 post
    _may("submitted_through"),  # NOINOPHOSO of the hub: 1 national portal | 2 provincial system
    Index(None, "owner_index"),
    Index(None, "status"),
    Index(None, "id", "revision"),  # which facts are behind is asked before every report
)

evidence = Table(
    "evidence",
    metadata,
    _id(),
    _must("owner_index", LargeBinary),
    _must("kind"),  # paper | result | record
    _may("code"),  # code of the component, result (MA_KQ) or record
    _may("type"),  # type of paper
    _may("issued_on", Date),
    _may("valid_until", Date),  # last day it holds
    _must("permanent", Boolean, default=False),
    _may("issuer"),
    _may("digitisation_code", unique=True),
    _may("case_id"),  # where it came from; it outlives the case
    _may("system"),
    _may("service"),
    _may("answered_at", Moment),
    _may("content_sha256"),
    _may("content_bytes", BigInteger),
    _may("sealed", Sealed),
    _must("status", default="valid"),  # valid | superseded | revoked | ended (something happened)
    _must("created_at", Moment, default=utc_now),
    _may("media_type"),
    _may("nature"),  # scan | electronic | certified_e_copy
    _may("scope"),  # where it is valid; empty: everywhere
    _may("signature"),  # valid | unsigned | unchecked | untrusted | invalid; empty: nothing to sign
    _may("signature_reasons", Json),
    _may("ended_at", Moment),
    _may("subject_index", LargeBinary),  # whom it is about; empty: its owner
    Index(None, "owner_index", "code"),
    Index(None, "owner_index", "type"),
    Index(None, "content_sha256"),
    Index(None, "subject_index"),
)

# What a paper of several files has beside the first, which its evidence names.
evidence_files = Table(
    "evidence_files",
    metadata,
    _must("evidence_id", Word, ForeignKey("evidence.id")),
    _must("number", Integer),  # from 2
    _must("content_sha256"),
    _must("content_bytes", BigInteger),
    _must("media_type"),
    PrimaryKeyConstraint("evidence_id", "number"),
    Index(None, "content_sha256"),
)

evidence_events = Table(
    "evidence_events",
    metadata,
    _id(),
    _must("evidence_id", Word, ForeignKey("evidence.id")),  # what it closed
    _must("event"),  # superseded | revoked | moved | died | married …
    _may("rule"),
    _may("rule_version"),
    _may("legal_basis"),
    _may("record_id"),  # the record that showed it
    _must("at", Moment, default=utc_now),
    Index(None, "evidence_id"),
)

papers = Table(
    "papers",
    metadata,
    _id(),
    _must("case_id", Word, ForeignKey("cases.id")),
    _must("component"),
    _may("name"),
    _may("evidence_id", Word, ForeignKey("evidence.id")),
    _must("how"),  # accepted | reused | replaced | record | waiting
    _must("received_at", Moment, default=utc_now),
    UniqueConstraint("case_id", "component", "evidence_id"),
    Index(None, "evidence_id"),
)

decisions = Table(
    "decisions",
    metadata,
    _id(),
    _must("case_id", Word, ForeignKey("cases.id")),
    _must("component"),
    _must("outcome"),  # waived | provisional | ask
    _must("rule"),
    _may("rule_version"),
    _may("legal_basis"),
    _may("source"),
    _may("source_at", Moment),
    _may("evidence_id", Word, ForeignKey("evidence.id")),
    _must("inputs", Json, default=dict),  # hashes and codes, nothing personal
    _must("inputs_sha256"),
    _must("sentence_vi"),
    _must("sentence_en"),
    _may("deadline", Moment),
    _must("decided_at", Moment, default=utc_now),
    _may("settled_at", Moment),
    _may("settlement"),  # waived | ask
    _may("superseded_by"),
    _may("subject_index", LargeBinary),  # whom the paper is about; empty: the applicant
    Index(None, "case_id"),
    Index(None, "outcome", "settled_at"),
    Index(None, "subject_index"),
)

checks = Table(
    "checks",
    metadata,
    _id(),
    _must("case_id", Word, ForeignKey("cases.id")),
    _must("decision_id", Word, ForeignKey("decisions.id")),
    _must("system"),
    _must("state", default="open"),  # open | settled | expired
    _must("next_at", Moment),
    _must("deadline", Moment),
    _must("attempts", Integer, default=0),
    *_lease(),
    _must("created_at", Moment, default=utc_now),
    Index(None, "state", "next_at"),
    Index(None, "case_id"),
    Index(None, "decision_id"),
)

# The applicant's word on a paper, each time it was given; `cases` holds what counts now.
case_choices = Table(
    "case_choices",
    metadata,
    _id(),
    _must("case_id", Word, ForeignKey("cases.id")),
    _must("component"),  # "*": every paper
    _must("choice"),  # granted | refused
    _must("officer"),
    _must("agency"),
    _must("at", Moment, default=utc_now),
    Index(None, "case_id"),
)

# What a one-stop system is told of cases; ids without gaps, in the order of commits, so that a reader misses none.
case_events = Table(
    "case_events",
    metadata,
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    _must("kind"),  # settled | expired | identity | wrong_value
    _must("dossier"),
    _must("component"),
    _must("outcome"),
    _must("sentence_vi"),
    _must("sentence_en"),
    _must("at", Moment, default=utc_now),
)

counters = Table(
    "counters",
    metadata,
    Column("name", Word, primary_key=True),
    _must("value", BigInteger),
)

# How far the receiver of events has them.
deliveries = Table(
    "deliveries",
    metadata,
    Column("target", Word, primary_key=True),
    _must("delivered", BigInteger),  # newest id it took
    _must("attempts", Integer, default=0),  # since
    _must("next_at", Moment, default=utc_now),
    _may("problem"),
)

wrong_values = Table(
    "wrong_values",
    metadata,
    _id(),
    _must("case_id", Word, ForeignKey("cases.id")),
    _must("dossier"),
    _may("component"),
    _may("decision_id"),
    _may("evidence_id"),
    _may("request_id"),  # of the look-up that showed it
    _must("owner_index", LargeBinary),
    _must("system"),
    _may("service"),
    _must("attribute"),
    _must("sealed", Sealed),  # the value held, the right one, the note, the answer
    _must("status"),  # open | answered | rejected | corrected
    _must("officer"),
    _must("agency"),
    _must("reported_at", Moment, default=utc_now),
    _may("answered_by"),
    _may("answered_at", Moment),
    _may("live", Integer),  # 1 until it is settled: two desks at once make one report
    Index(None, "owner_index", "status"),
    Index(None, "case_id"),
    Index(None, "owner_index", "system", "attribute", "live", unique=True),
)

outbox = Table(
    "outbox",
    metadata,
    Column("id", OrderedId, primary_key=True, autoincrement=True),
    _must("case_id", Word, ForeignKey("cases.id")),
    _must("dossier"),
    _must("kind"),  # dossier | progress
    _must("sealed", Sealed),
    _must("content_index"),  # keyed: tells equal messages
    _must("state", default="pending"),  # pending | sent | dead | skipped
    _must("attempts", Integer, default=0),
    _must("next_at", Moment, default=utc_now),
    *_lease(),
    _must("fence", Integer, default=0),  # counts claims; a late holder writes nothing
    _must("may_have_arrived", Boolean, default=False),
    _may("last_code"),
    _may("last_message"),
    _must("created_at", Moment, default=utc_now),
    _may("sent_at", Moment),
    Index(None, "state", "next_at", "id"),
    Index(None, "dossier", "id"),
    Index(None, "sent_at"),  # reconciliation asks by day
    sqlite_autoincrement=True,  # an id is an order; it is never given twice
)

hub_dossiers = Table(
    "hub_dossiers",
    metadata,
    Column("dossier", Word, primary_key=True),
    _must("content_index"),
    _may("status"),
    _must("told_at", Moment, default=utc_now),
)

hub_steps = Table(
    "hub_steps",
    metadata,
    # keyed index of MaHoSo, ThoiDiemXuLy, TrangThai, NguoiXuLy, NoiDungXuLy: the hub has no key of its own for a step
    Column("key", Word, primary_key=True),
    _must("dossier"),
    _must("state"),  # sent | in_doubt
    _must("at", Moment, default=utc_now),
    Index(None, "dossier"),
)

# The national catalogue as it was last seen.
procedures = Table(
    "procedures",
    metadata,
    Column("code", Word, primary_key=True),
    _must("version"),
    _must("fetched_at", Moment, default=utc_now),  # last seen to be so
)

# Every version that the nation had or that a case was opened with; never changed.
procedure_versions = Table(
    "procedure_versions",
    metadata,
    _must("code"),
    _must("version"),  # hash of the body
    _must("body"),  # JSON
    _must("first_at", Moment, default=utc_now),
    PrimaryKeyConstraint("code", "version"),
)

catalogue_syncs = Table(
    "catalogue_syncs",
    metadata,
    _id(),
    _must("began_at", Moment, default=utc_now),
    _may("ended_at", Moment),
    _must("state", default="running"),  # running | done | partial | failed
    _must("listed", Integer, default=0),
    _must("fetched", Integer, default=0),
    _must("failed", Integer, default=0),
    _may("problem"),
)

catalogue_changes = Table(
    "catalogue_changes",
    metadata,
    _id(),
    _must("sync_id", Word, ForeignKey("catalogue_syncs.id")),
    _must("code"),
    _may("before"),  # version; empty: it was not there
    _may("after"),  # version; empty: it is gone
    _must("at", Moment, default=utc_now),
    Index(None, "sync_id"),
    Index(None, "code"),
)

jobs = Table(
    "jobs",
    metadata,
    _id(),
    _must("kind"),
    _must("due_at", Moment),
    _must("state", default="waiting"),  # waiting | running | done | failed | missed
    *_lease(),
    _must("attempts", Integer, default=0),
    _may("error"),
    _must("created_at", Moment, default=utc_now),
    _may("finished_at", Moment),
    _may("started_at", Moment),
    _may("until", Moment),  # the window ends: not begun after this
    _may("fence", Integer),  # of the leader who planned it
    _may("result", Json),  # counts, nothing personal
    UniqueConstraint("kind", "due_at"),  # however many nodes fire the trigger, the work exists once
    Index(None, "state", "due_at"),
)

leaders = Table(
    "leaders",
    metadata,
    Column("role", Word, primary_key=True),
    _must("owner"),
    _must("fence", Integer),  # counts leaders; one who was replaced without noticing writes nothing
    _must("since", Moment, default=utc_now),
)

pauses = Table(
    "pauses",
    metadata,
    Column("kind", Word, primary_key=True),  # of the jobs that an operator stopped
    _must("reason"),
    _must("since", Moment, default=utc_now),
)

reconciliations = Table(
    "reconciliations",
    metadata,
    _id(),
    _must("day", Date),  # Vietnam's
    _must("at", Moment, default=utc_now),
    _must("compared", Integer),
    _must("gaps", Integer),
    _must("unknown", Integer),  # dossiers that the hub gave no answer about
    _must("body", Json),  # counts and gaps; dossier codes, nothing personal
    Index(None, "day"),
)

# What indicators count, one narrow row per case: computed from the case, its papers, steps and payments, never typed.
case_facts = Table(
    "case_facts",
    metadata,
    Column("case_id", Word, primary_key=True),
    _must("revision", Integer),  # of the case when it was read; another one there means: read again
    _must(
        "seen", BigInteger
    ),  # newest outbox row of the case when it was read: papers change without a revision
    _must("dossier"),
    _must("procedure"),
    _must("unit"),  # that processes it
    _must("receiving_unit"),
    _may("channel"),
    _must("status"),
    _may("received_at", Moment),
    _may("limit_at", Moment),  # appointed return, else the procedure's term
    _may("net_limit_at", Moment),  # and the time that supplements were waited for
    _may("end_at", Moment),  # step 9, else 10, 8, 3 or 7 (hub page §9 row 2.1)
    _may("first_supplement_at", Moment),
    _may("took_s", BigInteger),  # without the waiting
    _must("waits_s", Integer),
    _must("supplements", Integer),
    # Flags are 0 or 1, so that both databases can add them.
    _must("early", Integer),  # ended on a day before the appointed one
    _must("paid_online", Integer),
    _must("fee_due", Integer),
    _must("fee_free", Integer),  # every fee is 0
    _must("identity_verified", Integer),
    _must("population_used", Integer),
    _must("from_national_store", Integer),
    _must("digitised", Integer),
    _must("component_file", Integer),
    _must("electronic_result", Integer),
    _must("certified_copy", Integer),
    _must("papers", Integer),  # components of the dossier
    _must("papers_reused", Integer),
    Index(None, "case_id", "revision"),
    Index(None, "received_at"),
    Index(None, "seen"),
)

case_steps = Table(
    "case_steps",
    metadata,
    _id(),
    _must("case_id", Word, ForeignKey("cases.id")),
    _must("status"),  # TRANGTHAIHOSO that the step led to
    _must("at", Moment, default=utc_now),
    _may("sealed", Sealed),  # who did it and what they said; return dates before and after
    Index(None, "case_id"),
)

case_payments = Table(
    "case_payments",
    metadata,
    _id(),
    _must("case_id", Word, ForeignKey("cases.id")),
    _must("code"),  # MaPhiLePhi
    _must("name"),
    _must("amount", BigInteger),  # VND
    _must(
        "way"
    ),  # 0 not online | 1 at the national portal | 2 at a gateway of ministry or province
    _may("paid_at", Moment),
    _may("collected"),  # HinhThucThu: 1 at receipt | 2 at supplement | 4 at return
    _may("kind"),  # LoaiPhiLePhi
    UniqueConstraint("case_id", "code"),
)

ratings = Table(
    "ratings",
    metadata,
    _id(),
    _must("dossier", unique=True),  # who rates again corrects the first vote
    _must("unit"),
    _must("procedure"),
    _must("at", Moment, default=utc_now),
    _must("satisfaction", Integer),  # 1..5, 5 is best
    _must("channel"),
    _must("criteria", Json, default=list),
    _may("sealed", Sealed),  # the citizen's own words
    _may("told_at", Moment),
    _may("next_at", Moment),  # not told before; the hub refused it
    _may("problem"),  # why
    Index(None, "at"),
    Index(None, "told_at"),
)

petitions = Table(
    "petitions",
    metadata,
    _id(),
    _must("unit"),
    _may("dossier"),
    _must("about"),  # procedure | staff
    _must("received_at", Moment),
    _may("supplement_asked_at", Moment),
    _may("rejected_at", Moment),
    _may("answered_at", Moment),
    _may("published_at", Moment),
    _may("satisfaction", Integer),  # with the answer, 1..5
    Index(None, "received_at"),
)

publications = Table(
    "publications",
    metadata,
    _id(),
    _must("procedure"),
    _must("unit"),
    _must("decision"),  # number of the decision that publishes the procedure
    _must("decided_on", Date),
    _must("effective_on", Date),
    _may("published_on", Date),
    _must("complete", Boolean, default=False),
    UniqueConstraint("procedure", "decision"),
    Index(None, "decided_on"),
)

procedure_offers = Table(
    "procedure_offers",
    metadata,
    _id(),
    _must("procedure"),
    _must("unit"),
    _may("one_stop", Boolean),
    _may("internal_process", Boolean),
    _may("online_payment", Boolean),
    _may("population_data", Boolean),
    UniqueConstraint("procedure", "unit"),
)

outside_figures = Table(
    "outside_figures",
    metadata,
    _id(),
    _must("name"),  # received_reporting | received_hub
    _must("unit"),
    _must("period"),
    _must("value", BigInteger),
    _must("source"),
    _must("at", Moment, default=utc_now),
    UniqueConstraint("name", "unit", "period"),
)

# An entry is written before the call and never changed; what came back is a row of its own beside it.
audit_log = Table(
    "audit_log",
    metadata,
    _must("node"),
    _must("seq", BigInteger),
    _must("call_id", unique=True),
    _must("at", Moment),
    _must("dossier"),
    _must("procedure"),
    _must("officer"),
    _must("agency"),
    _must("system"),
    _must("service"),
    _must("verb"),
    _may("subject_index", LargeBinary),
    _must("reason"),
    _must("phase"),  # call
    _must("previous_hash", LargeBinary),
    _must("hash", LargeBinary),
    PrimaryKeyConstraint("node", "seq"),
    Index(None, "dossier"),
    Index(None, "subject_index"),
)

audit_results = Table(
    "audit_results",
    metadata,
    Column("call_id", Word, primary_key=True),
    _must("finished_at", Moment),
    _must("outcome"),
    _must("attempts", Integer),
    _must("duration_ms", Integer),
    _may("response_sha256"),
    _may("hop"),
)

health_results = Table(
    "health_results",
    metadata,
    Column("name", Word, primary_key=True),
    _must("status"),
    _must("at", Moment, default=utc_now),
    _must("observed", Json, default=dict),
)
