namespace Atrium.Server.Resources.Shapes;

/// <summary>One property of an object: its shape and what may be done with it.</summary>
internal sealed record Property(string Name, Shape Shape)
{
    /// <summary>A resource cannot be made without it.</summary>
    public bool IsRequired { get; init; }

    /// <summary>Set by the service: taken from no request, kept over writes.</summary>
    public bool IsReadOnly { get; init; }

    /// <summary>Fixed at creation. A PUT may leave it out or repeat it.</summary>
    public bool IsImmutable { get; init; }

    /// <summary>PATCH refuses it by name.</summary>
    public bool IsNotPatchable { get; init; }

    /// <summary>Kept encrypted, apart from the document; never in an answer but that of the action made for it.</summary>
    public bool IsSecret { get; init; }

    public Property Required() => this with { IsRequired = true };

    public Property ReadOnly() => this with { IsReadOnly = true };

    /// <summary>Fixed at creation, so not patchable either.</summary>
    public Property Immutable() => this with { IsImmutable = true, IsNotPatchable = true };

    public Property NotPatchable() => this with { IsNotPatchable = true };

    public Property Secret() => this with { IsSecret = true };
}
