package org.nestguard.fleet.audit;

import java.util.Map;
import org.nestguard.engine.text.FlatRecord;
import org.nestguard.findings.Verdict;

/** Goes along with an audit and sees more of it than a report: the records themselves. */
interface Follower {
    /** All hosts are known. */
    void begin(Kinds kinds, Map<String, Host> hosts, Answers answers, Ageing ageing);

    /**
     * A guest, as far as it is read; on one thread, in the order of the inventory.
     *
     * @param effective its verdict with waivers
     */
    void guest(FlatRecord record, GuestKind kind, Host host, Answer answer, Verdict effective, String place);
}
