INSERT INTO rederivations VALUES ('mapping', 'fast', 'status:99', 1, '');
