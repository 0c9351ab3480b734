-- What came with PostgreSQL 17.
CREATE SCHEMA since_17;
CREATE TABLE since_17.whole (
    id bigint GENERATED ALWAYS AS IDENTITY, during int4range,
    CONSTRAINT apart EXCLUDE USING btree (during WITH =)
) PARTITION BY LIST (during);
CREATE TABLE since_17.part PARTITION OF since_17.whole FOR VALUES IN ('[1,5)');
