FROM mla-offline/prometheus
EXPOSE 9100
ENTRYPOINT ["/bin/node_exporter"]
