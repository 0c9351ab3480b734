ALTER TABLE shop.book ADD COLUMN blurb text;
COMMENT ON COLUMN shop.book.blurb IS 'What stands on the back of the cover.';

CREATE TABLE shop.wish (
    customer_id uuid REFERENCES shop.customer ON DELETE CASCADE,
    book_id uuid REFERENCES shop.book ON DELETE CASCADE,
    wished_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (customer_id, book_id)
);
