"""Kills and other harm, done to the containers of docker-compose.yml at work."""
