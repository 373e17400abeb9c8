-- The edition whose urgent entries a post screens with besides the list that it has; NULL: none.
ALTER TABLE post ADD COLUMN urgent INTEGER;
