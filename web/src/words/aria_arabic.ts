// aria_arabic -- react-aria's own messages in Arabic, with its six plural forms. Loaded for Arabic
// alone.
import type { AriaWords } from "./aria.ts";

type Formatter = Parameters<Exclude<AriaWords[string][string], string | undefined>>[1];
type Count = string | number | undefined;

// One noun with its number: 1 and 2 are words, 3 to 10 take the plural, 11 to 99 the accusative.
function counted(
  to: Formatter,
  count: Count,
  forms: { zero: string; one: string; two: string; few: string; many: string; other: string },
): string {
  const n = Number(count);
  const shown = to.number(n);
  return to.plural(n, {
    zero: forms.zero,
    one: forms.one,
    two: forms.two,
    few: `${shown} ${forms.few}`,
    many: `${shown} ${forms.many}`,
    other: `${shown} ${forms.other}`,
  });
}

const items = (to: Formatter, count: Count) =>
  counted(to, count, {
    zero: "لا عناصر محددة",
    one: "عنصر واحد محدد",
    two: "عنصران محددان",
    few: "عناصر محددة",
    many: "عنصرًا محددًا",
    other: "عنصر محدد",
  });

const options = (to: Formatter, count: Count) =>
  counted(to, count, {
    zero: "لا خيارات",
    one: "خيار واحد",
    two: "خياران",
    few: "خيارات",
    many: "خيارًا",
    other: "خيار",
  });

const notices = (to: Formatter, count: Count) =>
  counted(to, count, {
    zero: "لا إشعارات",
    one: "إشعار واحد",
    two: "إشعاران",
    few: "إشعارات",
    many: "إشعارًا",
    other: "إشعار",
  });

const dates = {
  selectedDateDescription: (told) => `التاريخ المحدد: ${told["date"]}`,
} satisfies AriaWords[string];

const CALENDAR: AriaWords[string] = {
  ...dates,
  dateRange: (told) => `من ${told["startDate"]} إلى ${told["endDate"]}`,
  dateSelected: (told) => `${told["date"]}، محدد`,
  finishRangeSelectionPrompt: "انقر لإنهاء تحديد المدة",
  maximumDate: "آخر تاريخ متاح",
  minimumDate: "أول تاريخ متاح",
  next: "التالي",
  previous: "السابق",
  selectedRangeDescription: (told) => `المدة المحددة: ${told["dateRange"]}`,
  startRangeSelectionPrompt: "انقر لبدء تحديد المدة",
  todayDate: (told) => `اليوم، ${told["date"]}`,
  todayDateSelected: (told) => `اليوم، ${told["date"]}، محدد`,
};

const DATE_FIELD: AriaWords[string] = {
  ...dates,
  calendar: "التقويم",
  day: "اليوم",
  dayPeriod: "ص/م",
  endDate: "تاريخ الانتهاء",
  era: "العصر",
  hour: "الساعة",
  minute: "الدقيقة",
  month: "الشهر",
  second: "الثانية",
  selectedRangeDescription: (told) =>
    `المدة المحددة: من ${told["startDate"]} إلى ${told["endDate"]}`,
  selectedTimeDescription: (told) => `الوقت المحدد: ${told["time"]}`,
  startDate: "تاريخ البدء",
  timeZoneName: "المنطقة الزمنية",
  weekday: "يوم الأسبوع",
  year: "السنة",
};

const COMBO_BOX: AriaWords[string] = {
  buttonLabel: "إظهار الاقتراحات",
  countAnnouncement: (told, to) => `${options(to, told["optionCount"])}.`,
  focusAnnouncement: (told, to) =>
    to.select(
      {
        true: () => `دخلت المجموعة ${told["groupTitle"]}: ${options(to, told["groupCount"])}. `,
        other: "",
      },
      String(told["isGroupChange"]),
    ) +
    String(told["optionText"]) +
    to.select({ true: "، محدد", other: "" }, String(told["isSelected"])),
  listboxLabel: "اقتراحات",
  selectedAnnouncement: (told) => `${told["optionText"]}، محدد`,
};

const DRAG: AriaWords[string] = {
  dragDescriptionKeyboard: "اضغط Enter لبدء السحب.",
  dragDescriptionKeyboardAlt: "اضغط Alt + Enter لبدء السحب.",
  dragDescriptionLongPress: "اضغط مطولًا لبدء السحب.",
  dragDescriptionTouch: "انقر مرتين لبدء السحب.",
  dragDescriptionVirtual: "انقر لبدء السحب.",
  dragItem: (told) => `اسحب ${told["itemText"]}`,
  dragSelectedItems: (told, to) => `السحب: ${items(to, told["count"])}`,
  dragSelectedKeyboard: (told, to) => `اضغط Enter للسحب: ${items(to, told["count"])}.`,
  dragSelectedKeyboardAlt: (told, to) => `اضغط Alt + Enter للسحب: ${items(to, told["count"])}.`,
  dragSelectedLongPress: (told, to) => `اضغط مطولًا للسحب: ${items(to, told["count"])}.`,
  dragStartedKeyboard:
    "بدأ السحب. اضغط Tab للانتقال إلى موضع الإفلات، ثم Enter للإفلات أو Escape للإلغاء.",
  dragStartedTouch: "بدأ السحب. انتقل إلى موضع الإفلات ثم انقر مرتين للإفلات.",
  dragStartedVirtual: "بدأ السحب. انتقل إلى موضع الإفلات ثم انقر أو اضغط Enter للإفلات.",
  dropCanceled: "أُلغي الإفلات.",
  dropComplete: "تم الإفلات.",
  dropDescriptionKeyboard: "اضغط Enter للإفلات، وEscape لإلغاء السحب.",
  dropDescriptionTouch: "انقر مرتين للإفلات.",
  dropDescriptionVirtual: "انقر للإفلات.",
  dropIndicator: "مؤشر الإفلات",
  dropOnItem: (told) => `الإفلات على ${told["itemText"]}`,
  dropOnRoot: "الإفلات على",
  endDragKeyboard: "يجري السحب. اضغط Enter لإلغائه.",
  endDragTouch: "يجري السحب. انقر مرتين لإلغائه.",
  endDragVirtual: "يجري السحب. انقر لإلغائه.",
  insertAfter: (told) => `الإدراج بعد ${told["itemText"]}`,
  insertBefore: (told) => `الإدراج قبل ${told["itemText"]}`,
  insertBetween: (told) => `الإدراج بين ${told["beforeItemText"]} و${told["afterItemText"]}`,
};

const GRID: AriaWords[string] = {
  deselectedItem: (told) => `${told["item"]}: أُلغي تحديده.`,
  longPressToSelect: "اضغط مطولًا للدخول في وضع التحديد.",
  select: "تحديد",
  selectedAll: "كل العناصر محددة.",
  selectedCount: (told, to) => `${items(to, told["count"])}.`,
  selectedItem: (told) => `${told["item"]}: محدد.`,
};

const TABLE: AriaWords[string] = {
  ascending: "تصاعدي",
  ascendingSort: (told) => `مرتب حسب العمود ${told["columnName"]} تصاعديًا`,
  collapse: "طي",
  columnSize: (told) => `العرض بالبكسل: ${told["value"]}`,
  descending: "تنازلي",
  descendingSort: (told) => `مرتب حسب العمود ${told["columnName"]} تنازليًا`,
  expand: "توسيع",
  resizerDescription: "اضغط Enter لبدء تغيير العرض",
  select: "تحديد",
  selectAll: "تحديد الكل",
  sortable: "عمود قابل للترتيب",
};

const COMPONENTS: AriaWords[string] = {
  colorSwatchPicker: "عينات الألوان",
  dropzoneLabel: "موضع الإفلات",
  selectPlaceholder: "اختر عنصرًا",
  tableResizer: "تغيير العرض",
};

export const ARABIC: AriaWords = {
  "@react-aria/autocomplete": { collectionLabel: "اقتراحات" },
  "@react-aria/breadcrumbs": { breadcrumbs: "مسار التنقل" },
  "@react-aria/calendar": CALENDAR,
  "@react-aria/combobox": COMBO_BOX,
  "@react-aria/datepicker": DATE_FIELD,
  "@react-aria/dnd": DRAG,
  "@react-aria/grid": GRID,
  "@react-aria/menu": { longPressMessage: "اضغط مطولًا أو اضغط Alt + السهم لأسفل لفتح القائمة" },
  "@react-aria/numberfield": {
    decrease: (told) => `إنقاص ${told["fieldLabel"]}`,
    increase: (told) => `زيادة ${told["fieldLabel"]}`,
    numberField: "حقل رقمي",
  },
  "@react-aria/overlays": { dismiss: "إغلاق" },
  "@react-aria/searchfield": { "Clear search": "مسح البحث" },
  "@react-aria/spinbutton": { Empty: "فارغ" },
  "@react-aria/steplist": { steplist: "قائمة الخطوات" },
  "@react-aria/table": TABLE,
  "@react-aria/tag": {
    removeButtonLabel: "إزالة",
    removeDescription: "اضغط Delete لإزالة الوسم.",
  },
  "@react-aria/toast": {
    close: "إغلاق",
    notifications: (told, to) => `${notices(to, told["count"])}.`,
  },
  "@react-aria/tree": { collapse: "طي", expand: "توسيع" },
  "@react-stately/datepicker": {
    rangeOverflow: (told) => `يجب أن تكون القيمة ${told["maxValue"]} أو قبلها.`,
    rangeReversed: "يجب أن يكون تاريخ البدء قبل تاريخ الانتهاء.",
    rangeUnderflow: (told) => `يجب أن تكون القيمة ${told["minValue"]} أو بعدها.`,
    unavailableDate: "التاريخ المحدد غير متاح.",
  },
  "react-aria-components": COMPONENTS,
};
