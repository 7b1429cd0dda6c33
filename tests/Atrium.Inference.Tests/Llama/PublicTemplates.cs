namespace Atrium.Inference.Tests.Llama;

/// <summary>Templates in the shapes that public models bring, written for these tests.</summary>
internal static class PublicTemplates
{
    public const string ChatMl =
        """
        {% for message in messages %}
        {% if loop.first and messages[0]['role'] != 'system' %}
        {{ '<|im_start|>system\nYou are a helpful assistant.<|im_end|>\n' }}
        {%- endif %}
        {{ '<|im_start|>' + message['role'] + '\n' + message['content'] + '<|im_end|>' + '\n' }}
        {%- endfor %}
        {% if add_generation_prompt %}
        {{ '<|im_start|>assistant\n' }}
        {%- endif %}
        """;

    public const string Llama3 =
        """
        {%- set ns = namespace(system='') %}
        {%- if not date_string is defined %}
            {%- set date_string = strftime_now("%d %b %Y") if strftime_now is defined else "26 Jul 2024" %}
        {%- endif %}
        {%- if messages[0]['role'] == 'system' %}
            {%- set ns.system = messages[0]['content'] | trim %}
            {%- set messages = messages[1:] %}
        {%- endif %}
        {{- bos_token + "<|start_header_id|>system<|end_header_id|>\n\n" }}
        {{- "Today Date: " + date_string + "\n\n" }}
        {{- ns.system }}
        {{- "<|eot_id|>" }}
        {%- for message in messages %}
            {%- if not (message.role == 'ipython' or message.role == 'tool' or 'tool_calls' in message) %}
                {{- '<|start_header_id|>' + message['role'] + '<|end_header_id|>\n\n'+ message['content'] | trim + '<|eot_id|>' }}
            {%- elif message.role == "tool" or message.role == "ipython" %}
                {{- "<|start_header_id|>ipython<|end_header_id|>\n\n" }}
                {%- if message.content is mapping or (message.content is iterable and message.content is not string) %}
                    {{- message.content | tojson }}
                {%- else %}
                    {{- message.content }}
                {%- endif %}
                {{- "<|eot_id|>" }}
            {%- endif %}
        {%- endfor %}
        {%- if add_generation_prompt %}
            {{- '<|start_header_id|>assistant<|end_header_id|>\n\n' }}
        {%- endif %}
        """;

    public const string Mistral =
        "{%- if messages[0]['role'] == 'system' %}{%- set system_message = messages[0]['content'] %}{%- set loop_messages = messages[1:] %}"
        + "{%- else %}{%- set loop_messages = messages %}{%- endif %}{{- bos_token }}{%- for message in loop_messages %}"
        + "{%- if (message['role'] == 'user') != (loop.index0 % 2 == 0) %}{{- raise_exception('Roles must alternate user/assistant/user/assistant/...') }}{%- endif %}"
        + "{%- if message['role'] == 'user' %}{%- if loop.first and system_message is defined %}{{- ' [INST] ' + system_message + '\\n\\n' + message['content'] + ' [/INST]' }}"
        + "{%- else %}{{- ' [INST] ' + message['content'] + ' [/INST]' }}{%- endif %}"
        + "{%- elif message['role'] == 'assistant' %}{{- ' ' + message['content'] + eos_token}}"
        + "{%- else %}{{- raise_exception('Only user and assistant roles are supported.') }}{%- endif %}{%- endfor %}";

    public const string Gemma =
        "{{ bos_token }}{% if messages[0]['role'] == 'system' %}{{ raise_exception('System role not supported') }}{% endif %}"
        + "{% for message in messages %}{% if (message['role'] == 'user') != (loop.index0 % 2 == 0) %}"
        + "{{ raise_exception('Conversation roles must alternate user/assistant/user/assistant/...') }}{% endif %}"
        + "{% if (message['role'] == 'assistant') %}{% set role = 'model' %}{% else %}{% set role = message['role'] %}{% endif %}"
        + "{{ '<start_of_turn>' + role + '\\n' + message['content'] | trim + '<end_of_turn>\\n' }}{% endfor %}"
        + "{% if add_generation_prompt %}{{'<start_of_turn>model\\n'}}{% endif %}";

    public const string Phi3 =
        "{% for message in messages %}{% if message['role'] == 'system' %}{{'<|system|>\\n' + message['content'] + '<|end|>\\n'}}"
        + "{% elif message['role'] == 'user' %}{{'<|user|>\\n' + message['content'] + '<|end|>\\n'}}"
        + "{% elif message['role'] == 'assistant' %}{{'<|assistant|>\\n' + message['content'] + '<|end|>\\n'}}{% endif %}{% endfor %}"
        + "{% if add_generation_prompt %}{{ '<|assistant|>\\n' }}{% else %}{{ eos_token }}{% endif %}";

    /// <summary>As the newer models write theirs: macros, reversed loops, string methods, content in parts.</summary>
    public const string Elaborate =
        """
        {#- A comment. -#}
        {%- macro text_of(content) -%}
            {%- if content is string -%}
                {{- content -}}
            {%- else -%}
                {%- for part in content if part.type == 'text' -%}{{- part.text -}}{%- endfor -%}
            {%- endif -%}
        {%- endmacro -%}
        {%- set ns = namespace(last_user=-1, thinking=false) -%}
        {%- for message in messages[::-1] -%}
            {%- set index = (messages | length - 1) - loop.index0 -%}
            {%- if ns.last_user < 0 and message.role == 'user' -%}{%- set ns.last_user = index -%}{%- endif -%}
        {%- endfor -%}
        {%- if tools -%}{{- '<tools>' ~ tools | map(attribute='name') | join(', ') ~ '</tools>' -}}{%- endif -%}
        {%- for message in messages -%}
            {%- set content = text_of(message.content) -%}
            {%- if message.role == 'assistant' and '</think>' in content -%}
                {%- set content = content.split('</think>')[-1].lstrip('\n') -%}
            {%- endif -%}
            {{- '[' ~ (message.role | upper) ~ ('*' if loop.index0 == ns.last_user else '') ~ ']' ~ content.strip() ~ '\n' -}}
        {%- else -%}
            {{- 'nothing' -}}
        {%- endfor -%}
        {%- if add_generation_prompt -%}
            {{- '[ASSISTANT]' -}}
            {%- if enable_thinking is defined and enable_thinking is false -%}{{- '<think></think>' -}}{%- endif -%}
        {%- endif -%}
        """;
}
