/// Where an embedded broker is reached, each as clients take it for `bootstrap.servers`.
package struct BrokerAddresses: Hashable, Sendable {
    /// For any Kafka client: the front, which says and hides what it has to.
    package let front: String
    /// For the lab's own clients, which are librdkafka: the mock cluster itself, so that nothing stands between what is
    /// measured and the broker.
    package let direct: String

    package init(front: String, direct: String) {
        (self.front, self.direct) = (front, direct)
    }
}
