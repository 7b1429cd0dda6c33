namespace Atrium.Server.Hosting.Settings;

/// <summary>The default in words, where it is no constant.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class DefaultTextAttribute(string text) : Attribute
{
    public string Text { get; } = text;
}

/// <summary>The allowed values in words, where the rule is code.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class AllowedTextAttribute(string text) : Attribute
{
    public string Text { get; } = text;
}
