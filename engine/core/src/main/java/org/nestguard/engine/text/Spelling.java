package org.nestguard.engine.text;

import java.util.Arrays;

/** How alike two words are, for "did you mean". */
final class Spelling {
    private static final int NEAR = 2;
    private static final int LONGEST = 40;

    private Spelling() {}

    /** Whether two letters changed, put in or taken out make one word of the other. */
    static boolean near(String a, String b) {
        if (Math.abs(a.length() - b.length()) > NEAR || a.length() > LONGEST || b.length() > LONGEST) {
            return false;
        }
        int[] row = new int[b.length() + 1];
        Arrays.setAll(row, i -> i);
        for (int i = 1; i <= a.length(); i++) {
            int corner = row[0];
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int above = row[j];
                int change = corner + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                row[j] = Math.min(change, Math.min(above, row[j - 1]) + 1);
                corner = above;
            }
        }
        return row[b.length()] <= NEAR;
    }
}
