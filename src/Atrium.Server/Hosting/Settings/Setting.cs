using System.Collections;
using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Reflection;

namespace Atrium.Server.Hosting.Settings;

/// <summary>One setting as the options class declares it.</summary>
internal sealed class Setting
{
    /// <summary>Stands for the number of an element in the key of a list of groups: <c>Identity:Issuers:#:Authority</c>.</summary>
    public const string AnyIndex = "#";

    private readonly PropertyInfo property;
    private readonly object? defaultValue;

    private Setting(string key, PropertyInfo property, object? defaultValue)
    {
        Key = key;
        this.property = property;
        this.defaultValue = defaultValue;
    }

    public string Key { get; }

    public string Description => property.GetCustomAttribute<DescriptionAttribute>()?.Description
        ?? throw new InvalidOperationException($"The setting '{Key}' has no [Description].");

    /// <summary>A list: its values are <c>Key:0</c>, <c>Key:1</c>, ...</summary>
    public bool IsList => property.PropertyType.IsArray || typeof(IList).IsAssignableFrom(property.PropertyType);

    /// <summary>A map: its keys are the operator's own.</summary>
    public bool IsMap => typeof(IDictionary).IsAssignableFrom(property.PropertyType);

    /// <summary>Its value is not repeated in messages.</summary>
    public bool IsSecret => property.GetCustomAttribute<PasswordPropertyTextAttribute>() is { Password: true };

    private Type ValueType
    {
        get
        {
            var type = property.PropertyType;
            type = IsMap ? type.GetGenericArguments()[1] : IsList ? type.GetElementType() ?? type.GetGenericArguments()[0] : type;
            return Nullable.GetUnderlyingType(type) ?? type;
        }
    }

    public string Default => property.GetCustomAttribute<DefaultTextAttribute>()?.Text
        ?? defaultValue switch
        {
            null or "" => "none",
            string text => $"`{text}`",
            IEnumerable items when !items.Cast<object>().Any() => "none",
            IEnumerable items => string.Join(", ", items.Cast<object>().Select(i => $"`{i}`")),
            bool flag => flag ? "`true`" : "`false`",
            _ => $"`{Convert.ToString(defaultValue, CultureInfo.InvariantCulture)}`",
        };

    public string Allowed
    {
        get
        {
            if (property.GetCustomAttribute<AllowedTextAttribute>() is { } words)
            {
                return words.Text;
            }

            if (property.GetCustomAttribute<AllowedValuesAttribute>() is { } choice)
            {
                return string.Join(", ", choice.Values);
            }

            var type = ValueType;
            var noun = type.IsEnum ? string.Join(", ", Enum.GetNames(type))
                : type == typeof(bool) ? "true, false"
                : type == typeof(int) || type == typeof(long) ? "a whole number"
                : type == typeof(double) || type == typeof(decimal) ? "a number"
                : type == typeof(TimeSpan) ? "a time as hours:minutes:seconds"
                : type == typeof(Uri) ? "an absolute URL"
                : "text";
            return property.GetCustomAttribute<RangeAttribute>() is { } range
                ? string.Create(CultureInfo.InvariantCulture, $"{noun} from {range.Minimum} to {range.Maximum}")
                : noun;
        }
    }

    /// <summary>Every setting of an options class, in the order it declares them.</summary>
    public static IEnumerable<Setting> Of(SettingsSection section) =>
        Of(section.Name, section.Options, Activator.CreateInstance(section.Options) ?? throw new InvalidOperationException($"'{section.Options}' cannot be made."));

    /// <summary>Whether the text is one of its values.</summary>
    public bool Accepts(string text)
    {
        if (property.GetCustomAttribute<AllowedValuesAttribute>() is { } choice)
        {
            return choice.Values.Contains(text);
        }

        return TryConvert(text, out var value) && property.GetCustomAttribute<RangeAttribute>()?.IsValid(value) is not false;
    }

    private static IEnumerable<Setting> Of(string prefix, Type type, object defaults)
    {
        foreach (var property in type.GetProperties().Where(p => p.CanWrite).OrderBy(p => p.MetadataToken))
        {
            var key = prefix.Length == 0 ? property.Name : $"{prefix}:{property.Name}";
            var value = property.GetValue(defaults);
            if (ElementGroup(property.PropertyType) is { } element)
            {
                foreach (var setting in Of($"{key}:{AnyIndex}", element, Activator.CreateInstance(element)!))
                {
                    yield return setting;
                }

                continue;
            }

            var isGroup = property.PropertyType is { IsClass: true, IsArray: false } group && group.Assembly == type.Assembly;
            foreach (var setting in isGroup && value is not null ? Of(key, property.PropertyType, value) : [new(key, property, value)])
            {
                yield return setting;
            }
        }
    }

    /// <summary>The options class of a list's elements; null for a list of values and for what is no list.</summary>
    private static Type? ElementGroup(Type type) =>
        type.IsGenericType && typeof(IList).IsAssignableFrom(type) && type.GetGenericArguments()[0] is { IsClass: true } element && element.Assembly == typeof(Setting).Assembly
            ? element
            : null;

    private bool TryConvert(string text, out object? value)
    {
        var type = ValueType;
        if (type == typeof(Uri))
        {
            value = Uri.TryCreate(text, UriKind.Absolute, out var uri) ? uri : null;
            return value is not null;
        }

        try
        {
            value = TypeDescriptor.GetConverter(type).ConvertFromInvariantString(text);
            return true;
        }
        catch (Exception wrong) when (wrong is FormatException or ArgumentException or NotSupportedException or OverflowException)
        {
            value = null;
            return false;
        }
    }
}
