#!/bin/bash
# Good where the service in this container says that it is ready. In bash itself: a Node process for
# every look at every container would cost more than some services do.
exec 3<>"/dev/tcp/127.0.0.1/${1:-9464}" || exit 1
printf 'GET /health/ready HTTP/1.0\r\n\r\n' >&3
answer=$(timeout 4 cat <&3)
echo "${answer##*$'\r\n'}"
[[ $answer == 'HTTP/1.'?' 200 '* ]]
