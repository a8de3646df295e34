create table otp_record (
  name varbinary(64) primary key,
  content varbinary(2048) not null,
  deadline bigint not null
);
create index otp_record_deadline on otp_record (deadline);

create table otp_counter (
  name varbinary(64) primary key,
  total bigint not null,
  deadline bigint not null
);
create index otp_counter_deadline on otp_counter (deadline);
