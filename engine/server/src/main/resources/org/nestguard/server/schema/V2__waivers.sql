-- Of which waivers a decision made use: their words, with spaces between them.
alter table decision add column waivers text;
create index decision_waivers on decision (waivers, seq, decided_at) where waivers is not null;

-- The number is that of the entry in the record that says who made it.
create table waiver (
    waiver_no        ${number} primary key,
    rule             text not null,
    scope            text not null,
    reason           text not null,
    owner            text not null,
    expires_at       bigint not null,
    made_at          bigint not null,
    made_by          text not null,
    ended_at         bigint,
    ended_by         text,
    ended_no         bigint
);
