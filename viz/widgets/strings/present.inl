// Words of: present.
