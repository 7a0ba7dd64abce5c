-- depends: 0024_words
-- The practice's own words in messages to clients.

CREATE TABLE practice_words (
    event        text NOT NULL,  -- of a notification that clients get
    language     text NOT NULL CHECK (language IN ('en', 'de')),
    introduction text NOT NULL DEFAULT '' CHECK (length(introduction) <= 1000),  -- after the greeting; '': none
    closing      text NOT NULL DEFAULT '' CHECK (length(closing) <= 1000),  -- at the end; '': none
    PRIMARY KEY (event, language)
);
