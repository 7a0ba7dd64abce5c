-- depends: 0029_acts
-- Which version the texts have that people agree to now, as the practice calls it: the privacy page's, the site's.

ALTER TABLE practice ADD COLUMN consent_version text NOT NULL DEFAULT '1'
    CHECK (consent_version ~ '^[A-Za-z0-9._-]{1,40}$');
