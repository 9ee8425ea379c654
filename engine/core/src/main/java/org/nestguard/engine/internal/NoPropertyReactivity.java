package org.nestguard.engine.internal;

import org.jspecify.annotations.Nullable;
import org.kie.api.conf.ConfigurationKey;
import org.kie.api.conf.OptionKey;
import org.kie.api.conf.OptionsConfiguration;
import org.kie.internal.builder.KnowledgeBuilderConfiguration;
import org.kie.internal.builder.conf.KnowledgeBuilderOption;
import org.kie.internal.builder.conf.MultiValueKieBuilderOption;
import org.kie.internal.builder.conf.PropertySpecificOption;
import org.kie.internal.builder.conf.SingleValueKieBuilderOption;

/**
 * Tells Drools that no rule waits for a property of a fact to change: facts never do. Else it looks through the annotations
 * of every method of a question at every start. Drools asks nothing else of it; Drools' own configuration brings its
 * compiler along.
 */
final class NoPropertyReactivity implements KnowledgeBuilderConfiguration {
    @Override
    @SuppressWarnings("unchecked") // it is the option of that key
    public <C extends SingleValueKieBuilderOption> C getOption(OptionKey<C> key) {
        if (key.equals(PropertySpecificOption.KEY)) {
            return (C) PropertySpecificOption.DISABLED;
        }
        throw new UnsupportedOperationException(key.name());
    }

    @Override
    public void makeImmutable() {
        // it is
    }

    @Override
    public <C extends KnowledgeBuilderOption> void setOption(C option) {
        throw new UnsupportedOperationException(option.toString());
    }

    @Override
    public ClassLoader getClassLoader() {
        return NoPropertyReactivity.class.getClassLoader();
    }

    @Override
    public <
                    X extends
                            OptionsConfiguration<
                                            KnowledgeBuilderOption,
                                            SingleValueKieBuilderOption,
                                            MultiValueKieBuilderOption>>
            X as(ConfigurationKey<X> key) {
        throw new UnsupportedOperationException(key.toString());
    }

    @Override
    public boolean setProperty(String name, String value) {
        return false;
    }

    @Override
    public @Nullable String getProperty(String name) {
        return null;
    }
}
